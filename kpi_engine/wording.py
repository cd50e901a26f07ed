"""Numbers as people read them: the only place where a value is rounded."""

from __future__ import annotations

from .card import Unit
from .period import WEEKS_IN, WindowName

_SUFFIX: dict[Unit, str] = {
    "days": " days", "hours": " h", "months": " months", "ratio": "×", "score": " / 100", "points": " points",
}  # fmt: skip


def in_words(value: float | None, unit: Unit, currency: str = "", decimals: int = 1) -> str:
    """A value with its unit: 52.1 %, USD 1.24M, 9.5 days; a dash where there is none."""
    if value is None:
        return "—"
    if unit == "rate":
        return f"{value * 100:,.{decimals}f} %"
    if unit == "money":
        return f"{currency} {short_money(value)}".strip()
    if unit == "money_per_day":
        return f"{currency} {short_money(value)} / day".strip()
    if unit == "count":
        return f"{value:,.0f}"
    return f"{value:,.{decimals}f}{_SUFFIX[unit]}"


def window_in_words(window: WindowName) -> str:
    """The window that a figure is read over: week, 4 weeks, month."""
    return f"{WEEKS_IN[window]} weeks" if WEEKS_IN.get(window, 1) > 1 else window


def short_money(value: float) -> str:
    """An amount in at most four digits: 987, 12.3K, 4.56M."""
    size = abs(value)
    for limit, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        # 999,950 would round to 1,000.0K, so the larger unit starts half a step earlier.
        if size >= limit * 0.99995:
            scaled = value / limit
            return f"{scaled:,.{2 if abs(scaled) < 9.995 else 1}f}{suffix}"
    return f"{value:,.0f}"


def change_in_words(relative: float | None) -> str:
    """A relative change with its sign: +4.1 %, −12.0 %."""
    if relative is None:
        return "—"
    sign = "+" if relative > 0 else "−" if relative < 0 else "±"
    return f"{sign}{abs(relative) * 100:.1f} %"
