"""What is written to the log in these trials: decisions, each under an intent of its own."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from decision_log.database import Database
from decision_log.decision import DecisionTaken, subject_of
from decision_log.entry import Addition
from decision_log.log import DecisionLog

NOW = datetime(2026, 7, 6, 14, 30, tzinfo=UTC)
_DAY = date(2026, 7, 6)


def decision(number: int) -> Addition:
    """A decision that nobody else takes; sent again, it is the same intent."""
    card = f"win_rate|segment=Enterprise|bands|{number}"
    taken = DecisionTaken(
        card_key=card, kpi="win_rate", dimension="segment", slice="Enterprise", rule="bands", period_end=_DAY,
        context="Win rate 17 %, red below 20 %", facts={"value": 0.17, "limit": 0.2}, decided_on=_DAY,
        forum="Weekly revenue", decision_owner="CRO", action="investigate", action_text="Loss review by segment",
        why="Enterprise losses cluster on price. " * 8, expected_impact="Back above 20 %", impact_by=_DAY,
        metric_kpi="win_rate", metric_dimension="(all)", metric_slice="(all)", metric_target=0.2, check_on=_DAY,
        closeout_criteria="Win rate at or above 20 %",
    )  # fmt: skip
    return Addition(subject_of(card), taken, f"intent {number}", version=1)


def open_log(place: Path | str) -> DecisionLog:
    """The log, as every process opens its own."""
    return DecisionLog(Database.open(place))


def in_child(work: Callable[[], None]) -> int:
    """Run it in a process of its own; its number. Nothing of the parent's runs in it, or after it."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
