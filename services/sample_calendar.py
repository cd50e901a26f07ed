"""The sample company's calendar: its exports end on a fixed day, and from there on its days go by like everybody's.

In its workspace every moment that is shown or logged is the real one less a fixed number of days: the order of
things and the time between them stay true. All other workspaces go by the real calendar.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from .site import Site

MARK = "sample-company"
"""A file of this name says that the workspace holds the sample company, and how many days its calendar is behind."""


def begin_calendar(site: Site, first: date, today: date) -> None:
    """Mark the workspace as the sample company's: there it is `first` when it is `today` elsewhere."""
    (site.workspace / MARK).write_text(f"{(today - first).days}\n")


def present(site: Site, now: datetime) -> datetime:
    """What `now` is in the site's own calendar."""
    return now - (_behind(site) or timedelta())


def has_own_calendar(site: Site) -> bool:
    """Whether the site has a calendar of its own."""
    return _behind(site) is not None


def _behind(site: Site) -> timedelta | None:
    """None for everybody's calendar; a mark without a number leaves it, too."""
    try:
        return timedelta(days=int((site.workspace / MARK).read_text()))
    except (FileNotFoundError, ValueError):
        return None
