"""Files of the workspace that never change once written, named by what they hold."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

from .site import Site


def keep(site: Site, name: str, content: bytes) -> Path:
    """Write a file of the workspace, whole and on disk before it has its name; one that is there is left as it is."""
    target = site.workspace / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.{uuid4().hex}")
        with fresh.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)
    return target
