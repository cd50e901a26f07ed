"""Sealing formulas: a contract's version is put on record the first time it is in force. A step of the tick."""

from __future__ import annotations

from datetime import date, datetime

from decision_log.entry import Addition
from decision_log.formula import SUBJECT, FormulasSealed, sealed
from kpi_engine.snapshot_store import current_snapshot

from .configuration import load_engine
from .people import CLOCKWORK
from .site import Site


def seal_formulas(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Seal the versions that are new; one that is sealed stays so, whatever its file says today."""
    engine, _ = load_engine(site)
    if engine is None or current_snapshot(site.workspace) is None:  # without data, no formula is in force
        return ()
    entries = site.log().stream("formula").get(SUBJECT, ())
    known = sealed(entries)
    fresh = {
        one.id: {one.version: one.formula_fingerprint}
        for one in engine.contracts.values()
        if (one.id, one.version) not in known
    }
    if not fresh:
        return ()
    number = len(entries) + 1
    site.log().add([Addition(SUBJECT, FormulasSealed(formulas=fresh), f"{SUBJECT}/{number}", number)], CLOCKWORK, now)
    return ()
