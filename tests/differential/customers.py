"""The kinds that follow customers from month end to month end: movements and retention."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

from .asked import Answer, Asked, Spec, divided, exactly
from .days import month_end


def amounts_at(metric: Spec, asked: Asked, day: date) -> dict[str, Fraction]:
    """Each customer's recurring amount at the end of a day."""
    held: dict[str, Fraction] = {}
    column = metric.get("amount", "arr")
    for row in asked.mine(metric.get("table", "subscriptions"), metric.get("where")):
        start, end = row.get(metric.get("start", "starts_on")), row.get(metric.get("end", "ends_on"))
        if row.get("account_id") is None or start is None or row.get(column) is None:
            continue
        if start <= day and (end is None or end > day):
            held[row["account_id"]] = held.get(row["account_id"], Fraction(0)) + Fraction(row[column])
    # Credits can outweigh a customer's lines; nobody holds less than nothing.
    return {customer: max(amount, Fraction(0)) for customer, amount in held.items()}


def looks(first: date, last: date) -> list[date]:
    """Every month end from the month of one day until another day, and that day itself."""
    found = []
    day = month_end(first)
    while day < last:
        found.append(day)
        day = month_end(day, 1)
    return [*found, last] if first <= last else []


def movements(metric: Spec, asked: Asked) -> Answer:
    starts = [row["starts_on"] for row in asked.rows["subscriptions"]]
    seen: set[str] = set()
    before: dict[str, Fraction] = {}
    opening: dict[str, Fraction] = {}
    total, movers = Fraction(0), 0
    for day in looks(min(starts), asked.until):
        now = amounts_at(metric, asked, day)
        if day < asked.start:
            opening = now
        for customer in {*before, *now}:
            name, size = movement(before.get(customer, Fraction(0)), now.get(customer, Fraction(0)), customer in seen)
            if day >= asked.start and name in metric["movements"]:
                sign = -1 if metric.get("net") and name in ("contraction", "churn") else 1
                total += sign * (size if metric.get("count", "amount") == "amount" else 1)
                movers += 1
        seen |= {customer for customer, amount in now.items() if amount > 0}
        before = now
    part = exactly(metric.get("divide_by", 1))
    if not metric.get("over"):
        return Answer(total / part, movers)
    held = [amount for amount in opening.values() if amount > 0]
    bottom = sum(held, Fraction(0)) if metric["over"] == "opening_amount" else Fraction(len(held))
    return divided(total / part, bottom, len(held))


def movement(before: Fraction, now: Fraction, seen: bool) -> tuple[str, Fraction]:
    """What happened to one customer between two month ends, and by how much."""
    size = abs(now - before)
    if before == 0:
        if now == 0:
            return "none", size
        return ("reactivation" if seen else "new"), size
    if now == 0:
        return "churn", size
    return ("expansion" if now > before else "contraction" if now < before else "none"), size


def retention(metric: Spec, asked: Asked) -> Answer:
    horizon = metric.get("horizon_months", 12)
    opening_day = month_end(asked.until, -horizon)
    if opening_day < min(row["starts_on"] for row in asked.rows["subscriptions"]):
        return Answer(None, 0, "no rows")
    days = looks(opening_day, asked.until)
    books = [amounts_at(metric, asked, day) for day in days]
    paths = [[book.get(customer, Fraction(0)) for book in books] for customer, amount in books[0].items() if amount > 0]
    if metric.get("reactivation") == "out":
        paths = [gone_for_good(path) for path in paths]
    if metric.get("of") == "logo":
        return divided(Fraction(sum(path[-1] > 0 for path in paths)), Fraction(len(paths)), len(paths))
    opening = sum((path[0] for path in paths), Fraction(0))
    return divided(sum((kept(metric, path) for path in paths), Fraction(0)), opening, len(paths))


def gone_for_good(path: list[Fraction]) -> list[Fraction]:
    """A customer's path in which nothing comes after the first time it was gone."""
    lost = False
    found = []
    for amount in path:
        lost = lost or amount == 0
        found.append(Fraction(0) if lost else amount)
    return found


def kept(metric: Spec, path: list[Fraction]) -> Fraction:
    """What one customer's path keeps of its opening amount, by the method asked for."""
    gross = metric.get("of") == "gross"
    method = metric.get("method", "snapshot")
    if method == "snapshot":
        return min(path[0], path[-1]) if gross else path[-1]
    amount = path[0]
    for before, now in pairwise(path):
        name, size = movement(before, now, seen=True)
        if name == "churn" or (name == "contraction" and method == "bridge"):
            amount -= size
        elif name in ("expansion", "reactivation") and not gross:
            amount += size
    return amount
