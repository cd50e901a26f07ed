"""The document of the census, made by a command so that it says what was counted."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_engine.exports.header import MAX_COLUMNS
from kpi_engine.exports.limits import Limits
from kpi_engine.importing import MAX_FILES

from .census import GROUPS, MOST_MEGABYTES, MOST_SECONDS, Count
from .judge import EXACT, REFUSED, REPAIRED, VAGUE, WRONG

_INTRODUCTION = """# Robustness

Every export ends as exactly one of: read exactly; read with a repair or a warning that is said; refused with file,
row, column, value and reason. A number that differs from the truth without a word is the only failure.

{files:,} spoilt files hold known rows, in five layouts: our own names (deals, subscription lines), a Salesforce
report, HubSpot deals, Stripe subscriptions. Each is imported with the shipped mappings. What was taken is compared with
the truth cell by cell, and so is every month of bookings or ARR. A refusal counts only if it names the file and, where
one record or column was spoilt, that record and column. **Silently wrong: {wrong}.**

`python -m tests.robustness --write docs/robustness.md` makes this page; `make test` runs a sample of the files and
`make test-all` all of them. The last two columns speak of the costliest files of a class: the most processor seconds of
one import, and the memory of a whole process that does nothing but import the one that took most of it. More than
{most_s} s or {most_mb} MB fails the command and the tests."""
_LIMITS = """
## Limits

Checked before any table is built; [Upload](upload.md) says how to change the first two:

| limit | value |
|---|---|
| size of a file | {mb:,} MB |
| lines of a file | {lines:,} |
| files of a folder | {folder} |
| first line | 256 KiB |
| columns | {columns:,} |
| one line, one record | 16 MiB |
| characters of money before the point | 14 digits; four decimals are kept |
| compressed files, workbooks, pictures, PDF | refused by their first bytes |

## What no reader can know

- Windows-1252 is read where a file is not UTF-8 and its letters read as Western words; this is said. Central European
  or Turkish letters in another single-byte encoding may come out as their Western neighbours.
- A file of dates without any day after the twelfth is refused, unless its mapping gives the format.
- A number within its bounds that was typed wrongly is read as it is written; the difference to the last load shows it.
- A cut exactly after a row is told only beside an earlier load or a footer that counts.
"""


def document(found: Mapping[str, Count]) -> str:
    """The page: the table by class, the limits, and what cannot be known."""
    files = sum(count.outcomes.total() for count in found.values())
    wrong = sum(count.outcomes[WRONG] for count in found.values())
    parts = [_INTRODUCTION.format(files=files, wrong=wrong, most_s=MOST_SECONDS, most_mb=MOST_MEGABYTES)]
    for group, classes in GROUPS.items():
        parts.append(f"\n## {group}\n\n| class | exact | repaired or warned | refused | silently wrong | s | MB |")
        parts.append("|---|--:|--:|--:|--:|--:|--:|")
        parts += [_line(name, found[name]) for name in classes if name in found]
    total: Count = sum_of(found)
    parts.append(f"\n{_sentence(total)}")
    limits = _LIMITS.format(mb=Limits().file_mb, lines=Limits().lines, folder=MAX_FILES, columns=MAX_COLUMNS)
    return "\n".join(parts) + "\n" + limits


def sum_of(found: Mapping[str, Count]) -> Count:
    """All classes together."""
    total = Count()
    for count in found.values():
        total.outcomes += count.outcomes
        total.seconds = max(total.seconds, count.seconds)
        total.megabytes = max(total.megabytes, count.megabytes)
    return total


def _line(name: str, count: Count) -> str:
    shown = [count.outcomes[outcome] or "" for outcome in (EXACT, REPAIRED)]
    refused = count.outcomes[REFUSED] + count.outcomes[VAGUE] or ""
    cells = [*shown, refused, count.outcomes[WRONG], f"{count.seconds:.1f}", f"{count.megabytes:.0f}"]
    return f"| {name.replace('|', chr(92) + '|')} | " + " | ".join(map(str, cells)) + " |"


def _sentence(total: Count) -> str:
    counted = total.outcomes
    return (
        f"In all: {counted[EXACT]:,} exact, {counted[REPAIRED]:,} with a repair or warning that is said, "
        f"{counted[REFUSED]:,} refused, {counted[WRONG]:,} silently wrong; "
        f"at most {total.seconds:.1f} s and {total.megabytes:.0f} MB."
    )
