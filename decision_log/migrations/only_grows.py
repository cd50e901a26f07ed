"""Triggers by which the database itself refuses to change the log, or to add to it out of turn."""

from sqlalchemy import Connection, text

REFUSAL = "the decision log only grows"

# An INSERT OR REPLACE removes rows without asking the trigger on DELETE, so the insert itself is looked at.
_OUT_OF_TURN = """
    NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
    OR EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq - 1 AND hash <> NEW.previous)
    OR EXISTS (SELECT 1 FROM entries WHERE "key" = NEW."key" OR (subject = NEW.subject AND version = NEW.version))
"""
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS entries_no_{name} BEFORE {verb} ON entries {when}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION refuse_to_change_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT ({_OUT_OF_TURN}) THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE TRIGGER entries_only_grow BEFORE INSERT OR UPDATE OR DELETE ON entries
FOR EACH ROW EXECUTE FUNCTION refuse_to_change_entries();
CREATE OR REPLACE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_entries();
"""
SQLITE_TRIGGERS = {"entries_no_update", "entries_no_delete", "entries_no_insert"}
POSTGRESQL_TRIGGERS = {"entries_only_grow", "entries_no_truncate"}


def guard(connection: Connection) -> None:
    """Put the triggers on the table of entries."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_POSTGRESQL)
        return
    for verb, when in {"UPDATE": "", "DELETE": "", "INSERT": f"WHEN {_OUT_OF_TURN}"}.items():
        connection.execute(text(_SQLITE.format(name=verb.lower(), verb=verb, when=when, refusal=REFUSAL)))
