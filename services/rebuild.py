"""Building an edition again from what its publication put on record, and holding its bytes against the log."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from decision_log.published import Published
from kpi_engine.engine import Engine
from kpi_engine.problem import Problem

from .configuration import archived, engine_of
from .edition import SUFFIX, Built, Content, digests_of
from .forums import Forum, load_forums
from .packet.content import Provenance
from .provenance import obstacles, recorded_provenance
from .site import Site


@dataclass(frozen=True, slots=True)
class Rebuilt(Generic[Content]):
    """An edition built again from its fingerprints, and which outputs have other bytes than then."""

    built: Built[Content]
    different: tuple[str, ...]


def rebuilt(
    site: Site, then: Published, layout: int, build: Callable[[Site, Engine, Forum, Provenance], Built[Content]]
) -> tuple[Rebuilt[Content] | None, tuple[Problem, ...]]:
    """Build it from its snapshot, its archived configuration and the log of then; nothing is kept.

    `build` gets the site with the archived configuration; `layout` is the one that it draws.
    """
    problems = tuple(obstacles(site, then, layout, then.stream))
    if problems:
        return None, problems
    kept = archived(site, then.configuration)
    engine, problems = engine_of(kept, then.snapshots, then.log_size)
    forum = next((one for one in load_forums(kept)[0] if one.id == then.forum), None)
    if engine is None or forum is None:
        return None, problems or (Problem(then.stream, f"the archived forums lack {then.forum!r}"),)
    built, recorded = build(kept, engine, forum, recorded_provenance(then)), digests_of(then)
    return Rebuilt(built, tuple(kind for kind, digest in built.digests.items() if digest != recorded[kind])), ()


def command(
    what: str,
    example: str,
    rebuild: Callable[[Site, str], tuple[Rebuilt[Any] | None, tuple[Problem, ...]]],
    arguments: list[str] | None,
) -> int:
    """`rebuild ID`: 0 if every byte is the same, 1 if not or if it cannot be built, 2 for wrong usage."""
    about = f"build a {what} again and hold its bytes against the log."
    parser = argparse.ArgumentParser(prog=f"python -m services.{what}", description=about)
    name = parser.add_subparsers(required=True).add_parser("rebuild", help="build it again and compare")
    name.add_argument("id", help=f"such as {example}")
    name.add_argument("--into", type=Path, metavar="FOLDER", help="write the outputs there")
    given = parser.parse_args(arguments)
    found, problems = rebuild(Site.from_environment(), given.id)
    for problem in problems:
        print(problem, file=sys.stderr)
    if found is None:
        return 1
    for kind, digest in found.built.digests.items():
        print(f"{kind:8} {digest} {'DIFFERENT' if kind in found.different else 'the same'}")
    if given.into:
        given.into.mkdir(parents=True, exist_ok=True)
        for kind, content in found.built.files.items():
            (given.into / f"{given.id}.{SUFFIX[kind]}").write_bytes(content)
    return 1 if found.different else 0
