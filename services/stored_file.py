"""Files written whole: on disk before they have their name, so that a kill leaves the old one or the new."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

from .site import Site


def keep(site: Site, name: str, content: bytes) -> Path:
    """Write a file of the workspace that never changes, named by what it holds; one that is there is left as it is."""
    target = site.workspace / name
    if not target.exists():
        replace_whole(target, content)
    return target


def replace_whole(target: Path, content: bytes) -> None:
    """Write a file in place of the one that is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{uuid4().hex}")
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(target)
