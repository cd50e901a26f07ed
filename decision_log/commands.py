"""The command line: `python -m decision_log COMMAND`, for who looks after an installation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url

from .backup import back_up, restore
from .chain import Checkpoint, Verdict, verify
from .database import Database
from .doctor import examine
from .export import write_csv, write_jsonl
from .failure import LogFailure
from .source import lines_of, lines_of_export, usual_place

Command = Callable[[argparse.Namespace], int]
EPILOG = "Exit codes: 0 sound, done · 1 damaged or refused (printed) · 2 wrong usage"


def run(words: list[str] | None = None) -> int:
    """Run a command and give its exit code."""
    arguments = parser().parse_args(words)
    command: Command = arguments.command
    try:
        return command(arguments)
    except (LogFailure, OSError) as failure:
        print(failure)
        return 1


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    main = argparse.ArgumentParser(prog="decision_log", description=__doc__, epilog=EPILOG)
    commands = main.add_subparsers(title="commands", required=True, metavar="COMMAND")

    one = _command(commands, "verify", _verify, "read the whole log and name the first bad entry")
    _database(one).add_argument("--export", type=Path, metavar="FILE", help="read an export as JSON Lines instead")
    _checkpoint(one)

    one = _command(commands, "export", _export, "write the log to a file")
    _database(one)
    one.add_argument("--to", type=Path, required=True, metavar="FILE", help="its ending says how: .jsonl or .csv")

    one = _command(commands, "backup", _backup, "copy the database, also while it is in use, and verify the copy")
    _database(one)
    one.add_argument("--to", type=Path, required=True, metavar="FILE")

    one = _command(commands, "restore", _restore, "verify a backup and put it where no log is")
    one.add_argument("backup", type=Path)
    one.add_argument("--into", required=True, metavar="PATH|URL")
    _checkpoint(one)

    one = _command(commands, "doctor", _doctor, "look the database over and say what is wrong")
    _database(one)
    _checkpoint(one)
    return main


def _verify(arguments: argparse.Namespace) -> int:
    if arguments.export is not None:
        return _said(arguments.export, verify(lines_of_export(arguments.export), arguments.checkpoint))
    database = Database.look(arguments.database)
    noted = database.witness.last() if database.witness is not None else None
    checkpoints = [*arguments.checkpoint, *([noted] if noted else [])]
    return _said(arguments.database, verify(lines_of(database), checkpoints))


def _export(arguments: argparse.Namespace) -> int:
    writers = {".jsonl": write_jsonl, ".csv": write_csv}
    writer = writers.get(arguments.to.suffix)
    if writer is None:
        print(f"{arguments.to}: name a file that ends in {' or '.join(writers)}")
        return 2
    count = writer(lines_of(Database.look(arguments.database)), arguments.to)
    print(f"{arguments.to}: {count} entries")
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    return _said(arguments.to, back_up(Database.look(arguments.database), arguments.to))


def _restore(arguments: argparse.Namespace) -> int:
    return _said(arguments.into, restore(arguments.backup, arguments.into, arguments.checkpoint))


def _doctor(arguments: argparse.Namespace) -> int:
    findings = []
    for finding in examine(arguments.database, tuple(arguments.checkpoint)):
        findings.append(finding)
        print(f"{'ok ' if finding.is_sound else 'BAD'} {finding.about}: {finding.said}")
    return 0 if all(finding.is_sound for finding in findings) else 1


def _said(place: Path | str, found: Verdict) -> int:
    where = make_url(place).render_as_string() if isinstance(place, str) and "://" in place else place
    if found.bad is None:
        print(f"{where}: {found.checkpoint.size} entries, chain intact, checkpoint {found.checkpoint}")
        return 0
    print(f"{where}: entry {found.bad} is bad: {found.fault}")
    print(f"The {found.checkpoint.size} entries before it hang together, checkpoint {found.checkpoint}.")
    return 1


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, command: Command, purpose: str
) -> argparse.ArgumentParser:
    one = commands.add_parser(name, help=purpose, description=purpose, epilog=EPILOG)
    one.set_defaults(command=command)
    return one


def _database(one: argparse.ArgumentParser) -> argparse.ArgumentParser:
    one.add_argument(
        "--database", default=usual_place(), metavar="PATH|URL", help="default: DATABASE_URL, else the workspace's"
    )
    return one


def _checkpoint(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--checkpoint", type=_parsed, action="append", default=[], metavar="SIZE:HASH",
        help="as printed on a memo or a packet; may be given several times",
    )  # fmt: skip


def _parsed(text: str) -> Checkpoint:
    found = Checkpoint.parse(text)
    if found is None:
        raise argparse.ArgumentTypeError("a size, a colon, and at least 16 hexadecimal digits")
    return found
