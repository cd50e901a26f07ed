"""Contracts in Python: a smallest one to vary, and random ones of every metric kind."""

from __future__ import annotations

from typing import Any

from .asked import Spec
from .random_company import STAGES, Chance

WEEKLY = ("week", "4w", "8w", "13w", "month", "quarter")
MONTHLY = ("month", "quarter")


def contract_of(metric: Spec, **changes: Any) -> Spec:
    """A whole contract around a metric; `changes` replace fields of it."""
    return {
        "id": "kpi",
        "name": "KPI",
        "purpose": "To be read.",
        "definition": "As its formula says.",
        "variant": "default",
        "variants": {"default": {"label": "default", "metric": metric}},
        "source": {"system": "any", "table": "any", "grain": "one row"},
        "unit": "count",
        "direction": "higher_is_better",
        "refresh": {"sla_days": 0, "final": "at the period's end"},
        "cadence": "weekly",
        "windows": ["week"],
        "min_n": 1,
        "owners": ["Head of Sales"],
        "steward": "RevOps",
        "decision_owner": "CRO",
        "raci": {"responsible": ["Head of Sales"], "accountable": ["CRO"]},
        "confidence": {"level": "high", "note": "Made up."},
        "indicator": "leading",
        "focus_area": "testing",
        "chain_stage": "acquisition",
        "role": "diagnostic",
        "playbook": {"red": "Act.", "yellow": "Watch.", "green": "Rest."},
        "runbook": {"first_day": ["Look."], "next_days": ["Mend."], "escalation": "Twice.", "audience": ["CRO"]},
        "change_log": [{"version": 1, "effective": "2020-01-01", "approver": "CRO", "change": "First."}],
    } | changes


def random_contract(chance: Chance, kind: str) -> Spec:
    """A contract of a metric kind, over random filters, slices, windows and limits."""
    metric = {"kind": kind} | _METRICS[kind](chance)
    monthly = (
        kind in ("movements", "retention", "quick_ratio") or "movements" in str(metric) or "retention" in str(metric)
    )
    windows = MONTHLY if monthly else WEEKLY
    dimensions = ["channel", "function"] if "'spend'" in str(metric) and not monthly else ["segment", "region"]
    if kind == "cac_payback":
        dimensions = []
    refresh = {"sla_days": chance.pick(0, 0, 3, 10), "final": "later"}
    if chance.often(0.2):
        refresh["stale_after_days"] = chance.pick(1, 20)
    return contract_of(
        metric,
        windows=chance.random.sample(windows, 2),
        min_n=chance.pick(1, 1, 2, 5),
        refresh=refresh,
        dimensions=[{"name": name} for name in dimensions if chance.often(0.8)],
    )


def _conditions(chance: Chance, *choices: Spec) -> list[Spec]:
    return chance.random.sample(choices, chance.pick(0, 0, 1, 1, min(2, len(choices))))


def _deal_filters(chance: Chance) -> list[Spec]:
    return _conditions(
        chance,
        {"column": "status", "is": chance.pick("won", "open")},
        {"column": "status", "in": ["won", "lost"]},
        {"column": "type", "is_not": "renewal"},
        {"column": "type", "not_in": ["new", "expansion"]},
        {"column": "amount", "above": 0},
        {"column": "amount", "at_most": 50_000},
        {"column": "tier", "in": ["A", "B"]},
        {"column": "account.health", "at_least": 40},
        {"column": "account.region", "empty": chance.pick(True, False)},
        {"column": "qualified_on", "at_most_column": "closed_on", "plus_days": chance.pick(0, 30)},
    )


def _deals(chance: Chance, column: str | None = None) -> Spec:
    date = chance.pick("created_on", "closed_on", "qualified_on", "close_on")
    measure: Spec = {"table": "opportunities", "date": date, "where": _deal_filters(chance)}
    return measure | ({"sum": column} if column else {})


def _measure(chance: Chance, column: bool | None = None) -> Spec:
    """A measure of some table, with (True), without (False) or perhaps with a column to add up."""
    wanted = chance.often(0.5) if column is None else column
    table = chance.pick("opportunities", "opportunities", "renewals", "spend", "gate_runs" if not wanted else "spend")
    if table == "opportunities":
        return _deals(chance, chance.pick("amount", "list_amount") if wanted else None)
    date, where, summed = {
        "renewals": ("opened_on", [{"column": "at_risk", "is": chance.pick(True, False)}], "arr"),
        "spend": ("spent_on", [{"column": "function", "in": ["sales", "marketing"]}], "amount"),
        "gate_runs": ("run_on", [{"column": "failed", "is": True}], ""),
    }[table]
    return {"table": table, "date": date, "where": _conditions(chance, *where)} | ({"sum": summed} if wanted else {})


def _stock(chance: Chance, *, horizon: bool | None = None) -> Spec:
    ahead = chance.often(0.5) if horizon is None else horizon
    table, start, end, day, summed, condition = chance.pick(
        ("opportunities", "created_on", "closed_on", "close_on", "amount", {"column": "type", "is_not": "renewal"}),
        ("renewals", "opened_on", "renewed_on", "renewal_on", "arr", {"column": "health", "below": 60}),
        ("subscriptions", "starts_on", "ends_on", "ends_on", "arr", {"column": "status", "not_in": ["paused"]}),
    )
    stock: Spec = {"table": table, "start": start, "end": end, "where": _conditions(chance, condition)}
    if chance.often(0.6):
        stock["sum"] = summed
    if ahead:
        reach = chance.pick({"days": 60}, {"days": 1}, {"quarters_ahead": 0}, {"quarters_ahead": 1})
        stock["horizon"] = {"column": day} | reach
    return stock


def _statistic(chance: Chance) -> str:
    return str(chance.pick("median", "mean", "p75", "p90"))


def _ratio(chance: Chance) -> Spec:
    complement = {"complement": chance.pick(True, False)}
    if chance.often(0.2):
        active = {"table": "pilots", "start": "kickoff_on", "end": "ended_on"}
        return {"numerator": {"table": "pilots", "date": "first_value_on"}, "denominator": active} | complement
    if chance.often(0.4):
        top, bottom = _deals(chance, chance.pick(None, "amount")), _deals(chance, chance.pick(None, "list_amount"))
        return {"numerator": top, "denominator": bottom, "basis": "cohort"} | complement
    bottom = _measure(chance)
    top = _measure(chance)
    while (top["table"] == "spend") != (bottom["table"] == "spend"):
        top = _measure(chance)
    return {"numerator": top, "denominator": bottom} | complement


def _duration(chance: Chance) -> Spec:
    if chance.often(0.4):
        so_far = chance.pick("leave_out", "age_so_far")
        return {
            "table": "gate_runs", "date": "run_on", "start": chance.pick("failed_at", "first_failed_at"),
            "end": "triaged_at", "unit": "hours", "unfinished": so_far,
            "statistic": "mean" if so_far == "age_so_far" else _statistic(chance),
        }  # fmt: skip
    table, date, start, end = chance.pick(
        ("opportunities", "closed_on", "created_on", "closed_on"),
        ("opportunities", "closed_on", "discovery_held_on", "closed_on"),
        ("pilots", "first_value_on", "kickoff_on", "first_value_on"),
        ("pilots", "kickoff_on", "kickoff_on", "paid_on"),
    )
    return {"table": table, "date": date, "start": start, "end": end, "statistic": _statistic(chance)}


def _cohort(chance: Chance) -> Spec:
    table, entered, reached = chance.pick(
        ("opportunities", "created_on", "closed_on"), ("pilots", "kickoff_on", "paid_on")
    )
    return {"table": table, "entered": entered, "reached": reached, "within_days": chance.pick(0, 30, 90)}


def _stage_conversion(chance: Chance) -> Spec:
    order = [*STAGES, "Closed Won"]
    first = chance.random.randrange(len(order) - 1)
    later = chance.random.randrange(first + 1, len(order))
    return {
        "from_stage": order[first],
        "to_stage": order[later],
        "within_days": chance.pick(0, 21, 60),
        "basis": chance.pick("cohort", "same_period"),
    }


def _lines(chance: Chance) -> list[Spec]:
    return _conditions(
        chance,
        {"column": "kind", "is": "recurring"},
        {"column": "status", "not_in": ["paused", "trial"]},
        {"column": "product", "is": "platform"},
    )


def _movements(chance: Chance, *names: str) -> Spec:
    every = ("new", "expansion", "contraction", "churn", "reactivation")
    return {
        "kind": "movements",
        "movements": list(names) or chance.random.sample(every, chance.random.randint(1, 5)),
        "count": chance.pick("amount", "customers"),
        "net": chance.pick(True, False),
        "divide_by": chance.pick(1, 12),
        "where": _lines(chance),
    }


def _retention(chance: Chance) -> Spec:
    return {
        "of": chance.pick("net", "gross", "logo"),
        "method": chance.pick("snapshot", "bridge", "no_contraction"),
        "reactivation": chance.pick("in", "out"),
        "horizon_months": chance.pick(1, 3, 5, 12),
        "where": _lines(chance),
    }


def _coverage(chance: Chance) -> Spec:
    pipeline = {
        "table": "opportunities", "start": "created_on", "end": "closed_on", "sum": "amount",
        "horizon": {"column": "close_on", "quarters_ahead": chance.pick(0, 1)},
    }  # fmt: skip
    won = {"table": "opportunities", "date": "closed_on", "where": [{"column": "status", "is": "won"}], "sum": "amount"}
    return {"pipeline": pipeline, "won": won, "target": chance.pick("remaining", "full")}


def _win_rate(chance: Chance) -> Spec:
    won = {"table": "opportunities", "date": "closed_on", "where": [{"column": "status", "is": "won"}]}
    closed = {"table": "opportunities", "date": "closed_on", "where": [{"column": "status", "in": ["won", "lost"]}]}
    return {"kind": "ratio", "numerator": won, "denominator": closed, "basis": chance.pick("cohort", "same_period")}


def _mean_won(chance: Chance) -> Spec:
    won = {"table": "opportunities", "date": "closed_on", "where": [{"column": "status", "is": "won"}], "sum": "amount"}
    return {"kind": "mean", "of": won}


def _cycle(chance: Chance) -> Spec:
    return {
        "kind": "duration", "table": "opportunities", "date": "closed_on", "start": "created_on", "end": "closed_on",
        "statistic": _statistic(chance),
    }  # fmt: skip


def _sales_stock(chance: Chance) -> Spec:
    return {"kind": "stock", "of": {"table": "opportunities", "start": "created_on", "end": "closed_on"}}


def _simple(chance: Chance) -> Spec:
    """A part of a composed kind: any simple one, on deals, pilots or lines."""
    return chance.pick(
        {"kind": "count", "of": _deals(chance)},
        {"kind": "sum", "of": _deals(chance, "amount")},
        {"kind": "stock", "of": _stock(chance)},
        {"kind": "cohort_conversion"} | _cohort(chance),
        {"kind": "stage_conversion"} | _stage_conversion(chance),
        _movements(chance),
        _win_rate(chance),
    )


def _score(chance: Chance) -> Spec:
    parts = [(_win_rate(chance), 0, 1), (_cycle(chance), 120, 5), (_simple(chance), 0, 8)]
    return {
        "parts": [
            {"of": metric, "weight": chance.pick(1, 2.5), "worst": worst, "best": best} for metric, worst, best in parts
        ]
    }


_METRICS = {
    "count": lambda chance: {"of": _measure(chance, column=False)},
    "sum": lambda chance: {"of": _measure(chance, column=True), "divide_by": chance.pick(1, 1000)},
    "mean": lambda chance: {"of": _measure(chance, column=True)},
    "percentile": lambda chance: {"of": _measure(chance, column=True), "percentile": chance.pick(10, 50, 75, 99.5)},
    "ratio": _ratio,
    "duration": _duration,
    "cohort_conversion": _cohort,
    "stage_conversion": _stage_conversion,
    "stock": lambda chance: {"of": _stock(chance), "divide_by": chance.pick(1, 12)},
    "stage_age": lambda chance: {
        "stages": chance.pick([], ["Proposal"], ["Discovery", "Proposal"]), "statistic": _statistic(chance)
    },
    "movements": lambda chance: _movements(chance) | {"over": chance.pick(None, "opening_amount", "opening_customers")},
    "retention": _retention,
    "coverage": _coverage,
    "cac_payback": lambda chance: {
        "spend": {"kind": "sum", "of": {"table": "spend", "date": "spent_on", "sum": "amount"}},
        "new_mrr": _movements(chance, "new") | {"divide_by": 12},
        "gross_margin": chance.pick(1, 0.75),
        "spend_lag": chance.pick(0, 1, 2),
    },
    "growth": lambda chance: {"of": _simple(chance), "periods": chance.pick(1, 2, 4)},
    "quick_ratio": lambda chance: {
        "gained": _movements(chance, "new", "expansion"),
        "lost": _movements(chance, "contraction", "churn") | {"net": False},
    },
    "required_coverage": lambda chance: {"win_rate": _win_rate(chance)},
    "sales_velocity": lambda chance: {
        "open_opportunities": _sales_stock(chance), "won_amount": _mean_won(chance),
        "win_rate": _win_rate(chance), "cycle_days": _cycle(chance),
    },
    "score": _score,
}  # fmt: skip
KINDS = tuple(_METRICS)
