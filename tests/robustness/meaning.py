"""Spoilt meaning: numbers, dates, words, keys and rows that read as something else than they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from .judge import Case
from .truth import HUBSPOT, OWN_DEALS, OWN_LINES, SALESFORCE, STRIPE, TODAY, ZONE, Layout, Sheet, clean, line

Write = Callable[[Random, str], str]


def _case(sheet: Sheet, row: int | None = None, column: str | None = None, says: str = "") -> Case:
    exported = sheet.exported(column) if column else None
    return Case({sheet.layout.file: sheet.bytes()}, sheet, (row, exported), says)


def _date_column(rng: Random, sheet: Sheet) -> str:
    return rng.choice(("created_on", "close_on") if sheet.layout.table == "opportunities" else ("starts_on",))


def _filled(rng: Random, sheet: Sheet, column: str) -> int:
    place = sheet.at(column)
    return rng.choice([index for index, record in enumerate(sheet.records) if record[place]])


def _on(layouts: tuple[Layout, ...], rng: Random, sheet: Sheet) -> Sheet:
    return sheet if sheet.layout in layouts else clean(rng.choice(layouts), rng)


DEALS, LINES = (OWN_DEALS, SALESFORCE, HUBSPOT), (OWN_LINES, STRIPE)


def written(column: str, write: Write) -> Callable[[Random, Sheet], Case]:
    """One cell, or all cells, of a column written otherwise."""

    def spoil(rng: Random, sheet: Sheet) -> Case:
        named = _date_column(rng, sheet) if column == "date" else column
        if rng.random() < 0.5:
            return _case(sheet.with_column(named, lambda cell: write(rng, cell)), None, named)
        record = _filled(rng, sheet, named)
        cell = sheet.records[record][sheet.at(named)]
        return _case(sheet.with_cell(record, named, write(rng, cell)), record + 2, named)

    return spoil


def cell(column: str, *words: str) -> Callable[[Random, Sheet], Case]:
    """One cell that holds nothing sensible: there is no right reading of it."""

    def spoil(rng: Random, sheet: Sheet) -> Case:
        named = _date_column(rng, sheet) if column == "date" else column
        record = _filled(rng, sheet, named)
        return replace(_case(sheet.with_cell(record, named, rng.choice(words)), record + 2, named), sheet=None)

    return spoil


def _grouped(text: str, group: str, point: str) -> str:
    return f"{Decimal(text):,.2f}".replace(",", "g").replace(".", point).replace("g", group)


def decimal_comma(_: Random, text: str) -> str:
    return text.replace(".", ",") if "." in text else text + ",00"


def thousands(rng: Random, text: str) -> str:
    group, point = rng.choice(((",", "."), (".", ","), (" ", "."), ("'", "."), ("\u202f", ",")))
    return _grouped("12" + text, group, point)


def currency_sign(rng: Random, text: str) -> str:
    return rng.choice(("${}", "€{}", "{} €", "USD {}", "{} EUR", "£{}")).format(text)


def in_thousands(rng: Random, text: str) -> str:
    return f"{Decimal(text) / 1000}{rng.choice((' k€', 'k', 'K', ' T€', 'M'))}"


def three_decimals(rng: Random, sheet: Sheet) -> Case:
    """12.500: twelve thousand five hundred where the point groups thousands."""
    record = rng.randrange(len(sheet.records))
    amount = Decimal(rng.randrange(1, 900) * 1000 + rng.randrange(0, 1000, 50))
    true = sheet.with_row(record, amount=amount)
    text = f"{amount:,.0f}".replace(",", rng.choice(".,"))
    return _case(true.with_cell(record, "amount", text), record + 2, "amount")


def per_cent(rng: Random, sheet: Sheet) -> Case:
    """Per cent where a fraction is meant and the other way round, and cells with the sign."""
    sheet = _on(DEALS, rng, sheet)
    per_hundred = sheet.layout is SALESFORCE
    sign = rng.random() < 0.4

    def other(text: str) -> str:
        if sign:
            return text + "%"
        return str(Decimal(text) / 100) if per_hundred else f"{Decimal(text) * 100:.0f}"

    return _case(sheet.with_column("probability", other), None, "probability")


def other_currency(rng: Random, sheet: Sheet) -> Case:
    """Some amounts are in another currency, and there are no rates."""
    sheet = _on((*DEALS, STRIPE), rng, sheet)
    column = sheet.layout.feeds.get("currency", "currency" if sheet.layout is OWN_DEALS else "Currency")
    record = rng.randrange(len(sheet.records))
    changed = list(map(list, sheet.records))
    changed[record][sheet.header.index(column)] = rng.choice(("EUR", "GBP", "JPY", "US$", "€"))
    return replace(_case(replace(sheet, records=tuple(map(tuple, changed))), record + 2), sheet=None)


def other_currency_with_rates(rng: Random, sheet: Sheet) -> Case:
    """The same with a table of rates: the amounts are converted."""
    sheet = _on((OWN_DEALS, HUBSPOT), rng, sheet)
    rate, rows = Decimal("1.25"), list(sheet.rows)
    spoilt = sheet
    for record in rng.sample(range(len(rows)), 5):
        spoilt = spoilt.with_cell(record, "currency", "EUR")
        rows[record] = {**rows[record], "currency": "EUR", "amount": rows[record]["amount"] * rate}
    rates = f"currency,rate_on,rate\nEUR,2024-01-01,{rate}\n".encode()
    return replace(_case(replace(spoilt, rows=tuple(rows))), beside={"currency_rates.csv": rates})


def all_dates(pattern: str, *, leaves_doubt: bool = False) -> Callable[[Random, Sheet], Case]:
    """All dates of the file in another form; with doubt, only days up to the twelfth."""

    def spoil(rng: Random, sheet: Sheet) -> Case:
        sheet = _on((OWN_DEALS, SALESFORCE, OWN_LINES), rng, sheet)
        columns = ("created_on", "close_on") if sheet.layout.table == "opportunities" else ("starts_on", "ends_on")
        if leaves_doubt:
            for record, row in enumerate(sheet.rows):
                early = {
                    column: row[column] and row[column].replace(day=row[column].day % 12 + 1) for column in columns
                }
                sheet = sheet.with_row(record, **early)
        # A file with separate days of closing would say the order of itself.
        for record, row in enumerate(sheet.rows):
            for column in (*columns, *({"closed_on"} & set(sheet.header))):
                text = "" if row[column] is None else row[column].strftime(pattern)
                sheet = sheet.with_cell(record, column, text)
        return _case(sheet)

    return spoil


def mixed_day_order(rng: Random, sheet: Sheet) -> Case:
    sheet = _on((SALESFORCE,), rng, sheet)
    record = _filled(rng, sheet, "created_on")
    day = sheet.rows[record]["created_on"].replace(day=rng.randrange(13, 28))
    sheet = sheet.with_row(record, created_on=day)
    return _case(sheet.with_cell(record, "created_on", f"{day:%d/%m/%Y}"))


def excel_serial(_: Random, text: str) -> str:
    for pattern in ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M"):
        try:
            day = datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
        return str((day.date() - date(1899, 12, 30)).days)
    raise AssertionError(text)


def midnight(rng: Random, sheet: Sheet) -> Case:
    """Moments around midnight, with an offset or in UTC: the day is the company's."""
    sheet = _on((HUBSPOT, STRIPE), rng, sheet)
    record = _filled(rng, sheet, "starts_on" if sheet.layout is STRIPE else "created_on")
    moment = datetime(2026, 3, rng.randrange(1, 29), rng.choice((0, 3, 4, 5, 23)), rng.choice((0, 59)), tzinfo=UTC)
    local = moment.astimezone(ZONE)
    if sheet.layout is STRIPE:
        true = sheet.with_row(record, starts_at=moment, starts_on=local.date(), ends_on=None)
        return _case(true.with_cell(record, "starts_on", f"{moment:%Y-%m-%dT%H:%M:%SZ}"))
    text = rng.choice((f"{moment:%Y-%m-%dT%H:%M:%SZ}", local.isoformat(), f"{local:%Y-%m-%d %H:%M}"))
    return _case(sheet.with_row(record, created_on=local.date()).with_cell(record, "created_on", text))


def week_53(rng: Random, sheet: Sheet) -> Case:
    sheet = _on((OWN_DEALS, HUBSPOT), rng, sheet)
    day = date(2020, 12, 28) + timedelta(days=rng.randrange(7))
    return _case(sheet.with_row(0, close_on=day, created_on=day - timedelta(days=30)))


def leap_day(rng: Random, sheet: Sheet) -> Case:
    column = "starts_on" if sheet.layout.table == "subscriptions" else "created_on"
    day = date(rng.choice((2020, 2024)), 2, 29)
    moment = datetime(day.year, 2, 29, 12, tzinfo=UTC)
    values = {column: day} | ({"starts_at": moment, "ends_on": None} if column == "starts_on" else {})
    return _case(sheet.with_row(0, **values))


def lone_id(write: Write) -> Callable[[Random, Sheet], Case]:
    """The identifiers of an earlier load, changed on their way through a spreadsheet."""

    def spoil(rng: Random, sheet: Sheet) -> Case:
        spoilt = sheet.with_column("account_id", lambda text: write(rng, text))
        accounts = line(("account_id", "owner")) + "\n" + "".join(f"{number:06d},Ann\n" for number in range(17))
        return replace(_case(spoilt, None, "account_id"), beside={"accounts.csv": accounts.encode()})

    return spoil


def lost_zeros(rng: Random, sheet: Sheet) -> Case:
    case = lone_id(lambda _, text: str(int(text)))(rng, sheet)
    return replace(case, says="account_id.*accounts", doubtful=frozenset({"account_id"}))


def big_integers(rng: Random, sheet: Sheet) -> Case:
    """Identifiers above 2^53 that differ in their last digit only."""
    key = sheet.layout.key
    for record in range(5):
        sheet = sheet.with_row(record, **{key: str(2**53 + record)})
    return _case(sheet)


def big_quantity(rng: Random, sheet: Sheet) -> Case:
    return _case(_on(LINES, rng, sheet).with_row(3, quantity=2**53 + 1), 5, "quantity")


def columns_permuted(rng: Random, sheet: Sheet) -> Case:
    order = rng.sample(range(len(sheet.header)), len(sheet.header))
    moved = [tuple(record[index] for index in order) for record in (sheet.header, *sheet.records)]
    return _case(replace(sheet, header=moved[0], records=tuple(moved[1:])))


def rows_permuted(rng: Random, sheet: Sheet) -> Case:
    return _case(replace(sheet, records=tuple(rng.sample(sheet.records, len(sheet.records)))))


def columns_extra(rng: Random, sheet: Sheet) -> Case:
    place = rng.randrange(len(sheet.header) + 1)
    wider = [(*one[:place], word, *one[place:]) for one, word in _beside(sheet, rng.choice(("Notes", "", "x")), "y")]
    return _case(replace(sheet, header=wider[0], records=tuple(wider[1:])))


def column_doubled(rng: Random, sheet: Sheet) -> Case:
    named = rng.choice(sheet.header)
    wider = [(*one, word) for one, word in _beside(sheet, rng.choice((named, f" {named.upper()} ")), "9")]
    return _case(replace(sheet, header=wider[0], records=tuple(wider[1:])), 1)


def _beside(sheet: Sheet, head: str, text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(sheet.header, head), *((record, text) for record in sheet.records)]


def column_renamed(rng: Random, sheet: Sheet) -> Case:
    return _without(rng, sheet, lambda name: f"{name} (new)")


def column_missing(rng: Random, sheet: Sheet) -> Case:
    return _without(rng, sheet, None)


def _without(rng: Random, sheet: Sheet, rename: Callable[[str], str] | None) -> Case:
    """A column under another name or absent: a warning names ours, or the file is refused and theirs is named."""
    own = {sheet.exported(column): column for column in sheet.layout.columns if sheet.exported(column) in sheet.header}
    theirs = rng.choice(sorted(own))
    place = sheet.header.index(theirs)
    cut = slice(place, place + 1)
    spoilt = [list(one) for one in (sheet.header, *sheet.records)]
    for number, one in enumerate(spoilt):
        if rename is None or number == 0:
            one[cut] = [rename(one[place])] if rename else []
    # A deal's stage also says its status, and its close date when it was closed.
    lost = {own[theirs], *({"closed_on"} if own[theirs] == "close_on" else ())}
    case = _case(replace(sheet, header=tuple(spoilt[0]), records=tuple(map(tuple, spoilt[1:]))))
    return replace(case, doubtful=frozenset(lost), says=rf"without .*\b{own[theirs]}\b|no column.*{theirs}")


def rows_doubled(rng: Random, sheet: Sheet) -> Case:
    again = rng.sample(sheet.records, rng.randrange(1, 6))
    return _case(replace(sheet, records=(*sheet.records, *again)), says="repeat another row")


def keys_doubled(rng: Random, sheet: Sheet) -> Case:
    record = rng.randrange(len(sheet.records))
    again = sheet.with_row(record, amount=Decimal("77.70")).records[record]
    return _case(replace(sheet, records=(*sheet.records, again)), record + 2)


def key_empty(rng: Random, sheet: Sheet) -> Case:
    record = rng.randrange(len(sheet.records))
    return _case(sheet.with_cell(record, sheet.layout.key, ""), record + 2, sheet.layout.key)


def totals_row(rng: Random, sheet: Sheet) -> Case:
    """A row that adds up the others, at the end or in between, marked in the first cell, elsewhere or not at all."""
    words = [""] * len(sheet.header)
    words[sheet.at("amount")] = str(sum(row["amount"] for row in sheet.rows))
    label = rng.choice(("Total", "Grand Total", "Sum", "Subtotal", "Summe", "TOTAL:", "Total (40)", ""))
    words[rng.choice((0, sheet.at(sheet.layout.key), sheet.at("account_id")))] = label
    place = rng.choice((len(sheet.records), rng.randrange(len(sheet.records))))
    records = (*sheet.records[:place], tuple(words), *sheet.records[place:])
    return _case(replace(sheet, records=records), place + 2)


def last_months_file(rng: Random, sheet: Sheet) -> Case:
    layout = sheet.layout
    newer = clean(layout, rng, 44)
    older = clean(layout, rng, 40, TODAY - timedelta(days=45))
    return replace(_case(older, says="last load"), before={layout.file: newer.bytes()})


def excel_text(rng: Random, sheet: Sheet) -> Case:
    """Identifiers kept as text by Excel's formula ="00123"."""
    return lone_id(lambda _, text: f'="{text}"')(rng, sheet)


def html(rng: Random, sheet: Sheet) -> Case:
    """Mark-up and scripts in a text are that text."""
    column = "name" if sheet.layout.table == "opportunities" else "plan"
    words = ("<b>Acme</b>", "<script>alert(1)</script>", "&lt;Acme&gt;", "[x](javascript:1)", "'; DROP TABLE x; --")
    return _case(sheet.with_row(rng.randrange(40), **{column: rng.choice(words)}))


def word_for_nothing(rng: Random, sheet: Sheet) -> Case:
    """A word such as N/A in a text column is taken as written, and said."""
    column = "segment" if sheet.layout.table == "opportunities" else "plan"
    words = ("N/A", "n/a", "NULL", "null", "NaN", "-", "#N/A N/A")
    return _case(sheet.with_row(rng.randrange(40), **{column: rng.choice(words)}), says="as written")


CLASSES = {
    "decimal comma": written("amount", decimal_comma),
    "thousands separators": written("amount", thousands),
    "three digits after the point (12.500)": three_decimals,
    "negative numbers as (1,234)": written("amount", lambda _, text: f"({_grouped(text, ',', '.')})"),
    "trailing minus": written("amount", lambda _, text: f"{text}-"),
    "per cent or fraction": per_cent,
    "currency signs": written("amount", currency_sign),
    "thousands as k€, M": written("amount", in_thousands),
    "mixed currencies, no rates": other_currency,
    "mixed currencies with rates": other_currency_with_rates,
    "day or month first, evident": all_dates("%d/%m/%Y"),
    "days with points": all_dates("%d.%m.%Y"),
    "day or month first, in doubt": all_dates("%d/%m/%Y", leaves_doubt=True),
    "day and month first in one file": mixed_day_order,
    "two-digit years": all_dates("%d/%m/%y"),
    "names of months": all_dates("%d %b %Y"),
    "Excel serial dates": written("date", excel_serial),
    "time zone at midnight": midnight,
    "dates in ISO week 53": week_53,
    "weeks as dates (2020-W53-1)": cell("date", "2020-W53-1", "2020-W53", "2020W531", "2020-366"),
    "29 February": leap_day,
    "days that do not exist": cell("date", "2026-02-29", "2026-13-01", "2026-00-10", "0000-00-00", "31/2/2026", "now"),
    "days of another century": cell("date", "1026-05-03", "9999-12-31", "20260-05-01", "infinity"),
    "columns renamed": column_renamed,
    "columns missing": column_missing,
    "columns permuted": columns_permuted,
    "columns doubled": column_doubled,
    "columns extra": columns_extra,
    "rows permuted": rows_permuted,
    "rows doubled": rows_doubled,
    "keys doubled": keys_doubled,
    "keys empty": key_empty,
    "totals rows": totals_row,
    "spreadsheet errors in numbers": cell("amount", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "########"),
    "spreadsheet errors in texts": cell("account_id", "#REF!", "#NAME?", "#N/A", "#NULL!"),
    "N/A, null, - in numbers": cell("amount", "N/A", "null", "-", "none", "TBD"),
    "N/A, null, - in texts": word_for_nothing,
    "inf, nan": cell("amount", "inf", "-Infinity", "nan", "NaN", "∞"),
    "1e309 and other powers": cell("amount", "1e309", "-1e309", "1E400", "9" * 40),
    "identifiers above 2^53": big_integers,
    "whole numbers above 2^53": big_quantity,
    "leading zeros lost": lost_zeros,
    "identifiers as 1.23E+11": lone_id(lambda rng, text: f"1.{int(text):02d}E+11"),
    'identifiers as ="00123"': excel_text,
    "identifiers with an apostrophe": lone_id(lambda _, text: f"'{text}"),
    "last month's file": last_months_file,
    "HTML, scripts": html,
    "formulas": cell("account_id", "=1+1", '=HYPERLINK("http://x")', "=A2&B2", "=SUM(A1:A9)"),
    "numbers as formulas": written("amount", lambda _, text: f"={text}"),
}
