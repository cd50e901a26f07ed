"""Reading memos: the list, one of them, as HTML for a page or as a file, and the figures drawn from it."""

from __future__ import annotations

import hashlib

from decision_log.memo import Memo, MemoPublished, memos, subject_of
from rendering.memo import memo_body, memo_file

from .download import Download
from .people import Person, require
from .site import Site


def all_memos(site: Site, person: Person) -> tuple[Memo, ...]:
    """Every memo, newest first."""
    require(person, "view")
    return memos(site.log().stream("memo"))


def memo_of(site: Site, person: Person, id_: str) -> Memo | None:
    """The memo of a meeting, if it has been published."""
    require(person, "view")
    lines = site.log().of(subject_of(id_))
    return next(iter(memos({subject_of(id_): lines})), None) if lines else None


def minutes_per_decision(memo: MemoPublished) -> float | None:
    """Minutes spent on exceptions for each decision taken; None without a decision."""
    return memo.exception_seconds / 60 / len(memo.decisions) if memo.decisions else None


def hours_to_decision(memo: MemoPublished) -> float | None:
    """Median hours from the first recording of a breach to its decision; None where no breach was decided."""
    hours = sorted(h for one in memo.decisions if (h := one.breach_to_decision_hours) is not None)
    if not hours:
        return None
    middle = len(hours) // 2
    return hours[middle] if len(hours) % 2 else (hours[middle - 1] + hours[middle]) / 2


def as_html(told: MemoPublished, memo: Memo | None = None) -> str:
    """The memo's body for a page; without its entry in the log it is marked as a draft."""
    return memo_body(
        told,
        per_decision=minutes_per_decision(told),
        to_decision=hours_to_decision(told),
        published_at=memo.entry.at if memo else None,
        hash_=memo.entry.hash if memo else "",
    )


def as_file(memo: Memo) -> Download:
    """The memo as one HTML file that needs nothing else."""
    content = memo_file(memo.published, as_html(memo.published, memo))
    return Download(f"memo-{memo.id}-{hashlib.sha256(content).hexdigest()[:12]}.html", content)
