"""The named records behind a number: the very rows that were counted, with what they contributed to."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from .columns import Columns, literal
from .compile import Compiler
from .compute import question_backend
from .contract import Contract
from .measure import Stock
from .named import Active, Between, Named
from .partial import Partial
from .period import EPOCH, Calendar, Grid, Period
from .question import Question
from .sources import source_of
from .standing import reach_of
from .supply import Context


def records(question: Question, contract: Contract, limit: int) -> pd.DataFrame:
    """Rows behind the span asked for, the column `part` saying what each was counted as.

    At most `limit` rows; columns that are empty throughout are left out. Empty if the table is absent.
    """
    assert question.span is not None
    start, end = question.span
    period = Period("span", start, end, 0, 0)
    context = Context(question.company, question.calendar, question.as_of, (period,), ())
    present = {name for name, table in question.snapshot.tables.items() if table.rows}
    grid = Grid("span", 0, 0, start, end)
    compiler = Compiler(question.company, present, grid, question.as_of, question.within)
    found = []
    with question_backend(question) as backend:
        for part, named in contract.metric.named(context).items():
            statement = _statement(named, compiler, period)
            if statement is None:
                continue
            rows = backend.run(statement.limit(limit))
            rows.insert(0, "part", part)
            found.append(rows)
    filled = [rows for rows in found if len(rows)]
    if not filled:
        return pd.DataFrame({"part": []})
    return _merged(pd.concat(filled, ignore_index=True)).head(limit).dropna(axis="columns", how="all")


def _merged(rows: pd.DataFrame) -> pd.DataFrame:
    """Each record once, with all the parts it plays."""
    fields = [name for name in rows.columns if name != "part"]
    record = rows.groupby(fields, dropna=False, sort=False).ngroup().to_numpy()
    plays = np.full(record.max() + 1, "", dtype=object)
    for part in rows["part"].unique():
        mine = np.unique(record[rows["part"] == part])
        plays[mine] = np.where(plays[mine] == "", part, plays[mine] + f" + {part}")
    once = rows[~pd.Series(record, rows.index).duplicated()]
    return once.assign(part=plays)[["part", *fields]].reset_index(drop=True)


def _statement(named: Named, compiler: Compiler, period: Period) -> exp.Select | None:
    if isinstance(named, Between):
        return _between(named, compiler, period) if named.states.table in compiler.present else None
    if isinstance(named, Active | Stock):
        stock = named.stock if isinstance(named, Active) else named
        since = period.start if isinstance(named, Active) else None
        return _standing(stock, compiler, period, since) if stock.table in compiler.present else None
    return _counted(named, compiler, period)


def _counted(partial: Partial, compiler: Compiler, period: Period) -> exp.Select | None:
    source, columns = source_of(partial.source, compiler.present, compiler.as_of)
    if columns.table.name not in compiler.present:
        return None
    condition = columns.all_of(partial.where)
    day = columns.column(partial.date[0]) if partial.date else exp.column("start", table="t", quoted=True)
    within = exp.Between(this=day, low=literal(period.start), high=literal(min(period.end, compiler.as_of)))
    return _select(source, columns, [condition, within, *compiler.narrowing(columns)], day)


def _standing(stock: Stock, compiler: Compiler, period: Period, since: date | None) -> exp.Select:
    """Rows that stand at the period's end, or that were there on or after the day `since`."""
    source, columns = source_of(stock.table, compiler.present, compiler.as_of)
    last = literal(min(period.end, compiler.as_of))
    end = columns.column(stock.end)
    lasting = exp.GTE(this=end, expression=literal(since)) if since else exp.GT(this=end.copy(), expression=last)
    running = exp.paren(exp.or_(exp.Is(this=end, expression=exp.Null()), lasting))
    started = exp.LTE(this=columns.column(stock.start), expression=last.copy())
    conditions = [columns.all_of(stock.where), started, running, *compiler.narrowing(columns)]
    if stock.horizon:
        first, final = _ahead(stock.horizon, Calendar.of(compiler.company), period)
        ahead = columns.column(stock.horizon.column)
        conditions.append(exp.Between(this=ahead, low=literal(first), high=literal(final)))
    return _select(source, columns, conditions, columns.column(stock.start))


def _ahead(horizon: Stock.Horizon, calendar: Calendar, period: Period) -> tuple[date, date]:
    first, last = reach_of(horizon, calendar, period)
    if horizon.quarters_ahead is not None:
        return calendar.quarter_span(first)
    return EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)


def _between(named: Between, compiler: Compiler, period: Period) -> exp.Select:
    """What each account held then and now, largest change first."""
    then = named.opening(period)
    states = compiler.states(named.states, [then, min(period.end, compiler.as_of)])

    def amount(at: int) -> exp.Expression:
        held = exp.Case(ifs=[exp.If(this=exp.column("bucket").eq(at), true=exp.column("amount"))])
        total = exp.func("COALESCE", exp.func("SUM", held), exp.Literal.number(0))
        return exp.Div(this=total, expression=exp.Literal.number(10_000))

    change = exp.func("ABS", exp.Sub(this=exp.paren(amount(1)), expression=exp.paren(amount(0))))
    return (
        exp.select(exp.alias_(exp.column("account"), "account_id"))
        .select(exp.alias_(amount(0), "amount_then"), exp.alias_(amount(1), "amount_now"))
        .from_(states.subquery("held"))
        .group_by("account")
        .order_by(exp.Ordered(this=change, desc=True), exp.column("account"))
    )


def _select(
    source: exp.Expression, columns: Columns, conditions: list[exp.Expression | None], order: exp.Expression
) -> exp.Select:
    select = exp.select(*(exp.alias_(columns.column(name), name, quoted=True) for name in columns.own))
    if "accounts" in columns.present and "account_id" in columns.own and columns.table.name != "accounts":
        select = select.select(exp.alias_(columns.column("account.name"), "account", quoted=True))
    select = select.from_(source)
    for condition in conditions:
        if condition is not None:
            select = select.where(condition)
    for join in columns.joins.values():
        select.append("joins", join)
    key = exp.column(next(iter(columns.own)), table="t", quoted=True)
    return select.order_by(exp.Ordered(this=order, desc=True), key)
