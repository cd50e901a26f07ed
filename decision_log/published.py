"""What packets and reports have in common: an edition that was published, and everything it can be rebuilt from."""

from __future__ import annotations

from datetime import date

from .event import Event


class Published(Event):
    """The base of both events: an edition for a forum, judged on `as_of`.

    `published_at` is a moment with time zone in ISO form. `snapshots` counts the snapshots known then, the
    last of them is `snapshot`. `configuration` names the archived configuration, `log_size` and `log_root`
    the log as it was read. `content`, `html` and `pdf` are SHA-256 of the three outputs.
    """

    forum: str
    forum_name: str
    as_of: date
    edition: int
    published_at: str
    snapshot: str
    snapshots: int
    configuration: str
    engine: str
    layout: int
    log_size: int
    log_root: str
    content: str
    html: str
    pdf: str
    pages: int
