"""Lateness: whether a proposal came after the meeting's pre-read went out."""

from __future__ import annotations

from datetime import datetime

from .site import Site


def lateness(site: Site, forum: str, now: datetime) -> str:
    """What had already happened in the forum when a proposal came at `now`; empty while it is in time."""
    return ""
