"""Values as people read them: rounded for display only, always with their unit."""

from datetime import date

from kpi_engine.card import Unit

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_SPACE = "\u00a0"


def quantity(value: float | None, unit: Unit, currency: str = "USD") -> str:
    """The value with its unit; a dash where there is none."""
    if value is None:
        return "–"
    match unit:
        case "rate":
            shown = f"{value * 100:,.1f}{_SPACE}%"
        case "money":
            shown = money(value, currency)
        case "money_per_day":
            shown = f"{money(value, currency)}{_SPACE}/{_SPACE}day"
        case "ratio":
            shown = f"{value:,.2f}{_SPACE}×"
        case "days" | "hours" | "months":
            number = f"{value:,.1f}".removesuffix(".0")
            shown = f"{number}{_SPACE}{unit if number != '1' else unit[:-1]}"
        case _:
            shown = f"{value:,.1f}".removesuffix(".0")
    return shown


def money(value: float, currency: str) -> str:
    """An amount with the currency's sign or code, in thousands or millions: three figures say enough."""
    size, letter = abs(value), ""
    for limit, name in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= limit:
            size, letter = size / limit, name
            break
    shown = f"{size:,.2f}".rstrip("0").rstrip(".") if letter and size < 10 else f"{size:,.0f}"
    return f"{'−' if value < 0 else ''}{_SIGNS.get(currency, currency + _SPACE)}{shown}{letter}"


def change(relative: float | None) -> str:
    """A relative change with an arrow and its sign."""
    if relative is None:
        return "–"
    if round(relative * 100, 1) == 0:
        return f"→{_SPACE}0{_SPACE}%"
    arrow, sign = ("▲", "+") if relative > 0 else ("▼", "−")
    return f"{arrow}{_SPACE}{sign}{abs(relative) * 100:,.0f}{_SPACE}%"


def day(when: date | None) -> str:
    """A day as 5 Jul 2026: no country reads it wrong."""
    return "–" if when is None else f"{when.day} {when:%b %Y}"


WINDOWS = {
    "week": "week",
    "4w": "trailing 4 weeks",
    "8w": "trailing 8 weeks",
    "13w": "trailing 13 weeks",
    "month": "month",
    "quarter": "quarter",
    "span": "period",
}
"""What the windows are called on screens."""


def where(dimension: str, slice_: str) -> str:
    """The slice in words; the total is the whole company."""
    if slice_ == "(all)":
        return "Whole company"
    return f"{dimension.replace('_', ' ').capitalize()}: {slice_}"
