"""What a published packet or report rests on, and whether it can still be built again from that."""

from __future__ import annotations

from collections.abc import Iterator

from decision_log.published import Published
from kpi_engine import ENGINE_VERSION
from kpi_engine.problem import Problem
from kpi_engine.snapshot_store import snapshot_history

from .configuration import archived
from .packet.content import Provenance
from .site import Site


def provenance_of(site: Site, snapshot: str, configuration: str, layout: int, head: tuple[int, str]) -> Provenance:
    """The fingerprints of something built now; `head` is size and root of the log that was read."""
    known = [one.fingerprint for one in snapshot_history(site.workspace)]
    snapshots = len(known) - known[::-1].index(snapshot) if snapshot in known else 0
    return Provenance(snapshot, snapshots, configuration, ENGINE_VERSION, layout, *head)


def recorded_provenance(then: Published) -> Provenance:
    """The fingerprints that were put on record."""
    return Provenance(
        then.snapshot, then.snapshots, then.configuration, then.engine, then.layout, then.log_size, then.log_root
    )


def obstacles(site: Site, then: Published, layout: int, where: str) -> Iterator[Problem]:
    """Why this program, or this workspace, cannot build the thing again."""
    if (then.engine, then.layout) != (ENGINE_VERSION, layout):
        yield Problem(
            where,
            f"was built by engine {then.engine}, layout {then.layout}; here are {ENGINE_VERSION} and {layout}",
            "Use the version of the program that published it.",
        )
    if not archived(site, then.configuration).config.is_dir():
        yield Problem(where, f"its configuration {then.configuration[:12]} is not in the archive")
    history = snapshot_history(site.workspace)
    if len(history) < then.snapshots or not then.snapshots or history[then.snapshots - 1].fingerprint != then.snapshot:
        yield Problem(where, f"its snapshot {then.snapshot[:12]} is not in the workspace")
    if site.log().size < then.log_size or site.log().root(then.log_size) != then.log_root:
        yield Problem(where, f"the log no longer has the root it had at {then.log_size} entries", "Verify the log.")
