"""The named records behind a number: the very rows that were counted, with what they contributed to."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from .account_states import AccountStates
from .backends import Backend
from .columns import Columns, literal
from .compile import Compiler
from .compute import question_backend
from .contract import Contract
from .customers import checkpoints_until, customers_of
from .measure import Filter, Stock
from .named import Active, Earlier, Named, OfCustomers
from .partial import Partial
from .period import EPOCH, Calendar, Grid, Period, WindowName, earlier, period_of
from .question import Question
from .reading import EMPTY_SLICE
from .sources import source_of
from .standing import reach_of
from .supply import Context


def records(question: Question, contract: Contract, window: WindowName, limit: int) -> pd.DataFrame:
    """Rows behind the span asked for, a period of `window`; the column `part` says what each was counted as.

    At most `limit` rows; columns that are empty throughout are left out. Empty if the table is absent.
    """
    assert question.span is not None
    period = period_of(question.calendar, window, *question.span)
    context = Context(question.company, question.calendar, question.as_of, (period,), ())
    present = {name for name, table in question.snapshot.tables.items() if table.rows}
    grid = Grid("span", 0, 0, period.start, period.end)
    compiler = Compiler(question.company, present, grid, question.as_of, question.within)
    found = []
    with question_backend(question) as backend:
        for part, named in contract.metric.named(context).items():
            rows = _rows(named, period, question, compiler, backend, limit)
            if rows is not None and len(rows):
                rows.insert(0, "part", part)
                found.append(rows)
    if not found:
        return pd.DataFrame({"part": []})
    return _merged(pd.concat(found, ignore_index=True)).head(limit).dropna(axis="columns", how="all")


def _rows(
    named: Named, period: Period, question: Question, compiler: Compiler, backend: Backend, limit: int
) -> pd.DataFrame | None:
    if isinstance(named, Earlier):
        before = earlier(question.calendar, period, named.periods)
        return _rows(named.of, before, question, compiler, backend, limit)
    if isinstance(named, OfCustomers):
        return _customers(named, period, question, compiler, backend).head(limit)
    statement = _statement(named, compiler, period)
    return None if statement is None else backend.run(statement.limit(limit))


def _customers(
    named: OfCustomers, period: Period, question: Question, compiler: Compiler, backend: Backend
) -> pd.DataFrame:
    """The customers that count, with what each held then and now and what is counted of it, largest change first."""
    days = checkpoints_until(question, period.end)
    if not days or named.states.table not in compiler.present:
        return pd.DataFrame()
    names = backend.fetch(compiler.accounts(["name"])) if "accounts" in compiler.present else None
    all_ = customers_of(backend.fetch(compiler.lines(named.states)), names, ["name"], days)
    held = named.held(AccountStates.of(all_.amounts, days, (), 1), period)
    if held is None:
        return pd.DataFrame()
    account = pd.Series(all_.labels["name"], dtype="str").replace(EMPTY_SLICE, None)
    found = pd.DataFrame({
        "account_id": all_.ids.to_pandas(),
        "account": account.reindex(all_.codes["name"]).array,
        "amount_then": held.then / 10_000,
        "amount_now": held.now / 10_000,
        named.name: held.counted / (10_000 if named.of_money else 1),
    })[held.counts]  # fmt: skip
    change = (found["amount_now"] - found["amount_then"]).abs()
    return (
        found.assign(change=change)
        .sort_values(["change", "account_id"], ascending=[False, True])
        .drop(columns="change")
    )


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


def _statement(named: Partial | Stock | Active, compiler: Compiler, period: Period) -> exp.Select | None:
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
    # A row whose summed cell is empty was left out of the number, so it does not stand behind it.
    filled = (Filter(column=stock.sum, empty=False),) if stock.sum else ()
    conditions = [columns.all_of((*stock.where, *filled)), started, running, *compiler.narrowing(columns)]
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
