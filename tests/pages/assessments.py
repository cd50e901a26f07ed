"""Assessments made by hand: one with every kind of card, one all clear."""

from dataclasses import replace
from datetime import date, timedelta

from kpi_engine.card import Assessment, Card, Change, Check, KnownIssueNote, Point, SliceShare

AS_OF = date(2026, 6, 30)
LAST = date(2026, 6, 28)

ISSUE = KnownIssueNote("billing-lag", "Billing export is two days late", "RevOps", date(2026, 7, 15), "qualify")


def points(*values: float | None, open_last: bool = True) -> tuple[Point, ...]:
    last = len(values) - 1
    return tuple(
        Point(LAST + timedelta(days=7 * (index - last + open_last)), value, open_last and index == last)
        for index, value in enumerate(values)
    )


WIN_RATE = Card(
    key="win_rate|segment|Enterprise|fall|2026-06-28",
    kpi="win_rate",
    name="Win rate",
    variant="won ÷ (won + lost), by close date, count",
    unit="rate",
    currency="USD",
    definition="Won deals as a share of won and lost deals closed in the period.",
    direction="higher_is_better",
    status="red",
    rule="fall",
    rule_kind="change",
    trigger="Win rate fell 31 % against the trailing 8 weeks (limit 15 %)",
    dimension="segment",
    slice="Enterprise",
    window="4w",
    period_start=date(2026, 6, 1),
    period_end=LAST,
    value=0.173,
    n=81,
    limit=0.21,
    limit_text="red below 21 %",
    red_limit=0.21,
    green_limit=0.25,
    changes=(
        Change("last week", 0.19, -0.0895),
        Change("trailing 4 weeks", 0.22, -0.2136),
        Change("trailing 13 weeks", 0.251, -0.3108),
    ),
    points=points(0.25, 0.26, 0.24, 0.27, None, 0.25, 0.24, 0.22, 0.19, 0.173, 0.18),
    since=date(2026, 6, 14),
    age_periods=3,
    escalated=True,
    escalation_audience="CEO and CFO",
    money_at_risk=412_000.0,
    concentrates=(
        SliceShare("region", "EMEA", 0.09, 31, 0.72),
        SliceShare("region", "North America", 0.21, 40, 0.2),
    ),
    owners=("Head of Sales",),
    steward="RevOps",
    decision_owner="CRO",
    confidence="high",
    confidence_note="",
    action="investigate",
    action_text="Run a loss review by segment and price band; decide on enablement or qualification.",
    action_sla_hours=48,
    playbook="",
    runbook=("0–24 h: list lost deals", "24–72 h: interview five buyers"),
    check_after_days=28,
    forum="Weekly revenue",
    beside=(("By value", "14.1 %"),),
    disagreement="",
    known_issues=(),
    left_out=2,
    folded=False,
    snapshot="9f2c4a7be01d",
    contract="win_rate@1",
    engine="1",
)

RENEWALS = replace(
    WIN_RATE,
    key="renewal_risk_dollars|(all)|(all)|amount|2026-06-28",
    kpi="renewal_risk_dollars",
    name="Renewal risk dollars",
    variant="risk flag or health below 60, next 60 days",
    unit="money",
    direction="lower_is_better",
    rule="amount",
    trigger="At-risk renewals of the next 60 days exceed $500k",
    dimension="(all)",
    slice="(all)",
    window="week",
    value=1_240_000.0,
    n=14,
    limit=500_000.0,
    limit_text="red above $500k",
    red_limit=500_000.0,
    green_limit=300_000.0,
    changes=(Change("last week", 610_000.0, 1.0328), Change("trailing 4 weeks", None, None, "not evaluable: no rows")),
    points=points(2.1e5, 2.4e5, 2.2e5, 3.0e5, 2.8e5, 4.1e5, 6.1e5, 1.24e6, open_last=False),
    since=date(2026, 6, 21),
    age_periods=2,
    escalated=False,
    money_at_risk=1_240_000.0,
    concentrates=(SliceShare("segment", "Mid-market", 9.1e5, 9, 0.73),),
    owners=("Head of CS", "Finance"),
    decision_owner="Head of CS",
    confidence="medium",
    confidence_note="health score is directional",
    action="escalate",
    action_text="Executive outreach to the accounts named in the drill-down; save plan with weekly checkpoints.",
    action_sla_hours=24,
    beside=(),
    disagreement="no_contraction would be yellow",
    known_issues=(ISSUE,),
    left_out=0,
)

ACTIVATION = replace(
    WIN_RATE,
    key="activation_rate|(all)|(all)|bands|2026-06-28",
    kpi="activation_rate",
    name="Activation rate",
    variant="cohort, 14 days",
    status="yellow",
    rule="bands",
    dimension="(all)",
    slice="(all)",
    window="week",
    value=0.36,
    n=240,
    limit=0.4,
    limit_text="yellow from 30 % to 40 %",
    points=points(0.42, 0.43, 0.41, 0.44, 0.42, 0.4, 0.38, 0.36),
    age_periods=1,
    escalated=False,
    money_at_risk=None,
    concentrates=(),
    owners=("CMO",),
    action="mitigate",
    action_text="Check onboarding step three.",
    beside=(),
    left_out=0,
)

HOSTILE = replace(
    ACTIVATION,
    key="hostile",
    slice="![x](http://example.org/x.png)<script>alert(1)</script>",
    dimension="segment",
    name="<b>Bold</b> [link](http://example.org)",
)

FOLDED = replace(
    ACTIVATION, key="folded", name="Invoice lag", folded=True, known_issues=(replace(ISSUE, effect="explain"),)
)


def check(name: str, status: str, reason: str = "") -> Check:
    return Check(name.lower().replace(" ", "_"), name, status, "(all)", "(all)", LAST, 1.0, 30, reason)


def assessment(*cards: Card, checks: tuple[Check, ...] | None = None) -> Assessment:
    if checks is None:
        checks = (
            check("Win rate", "red"),
            check("Renewal risk dollars", "red"),
            check("Activation rate", "yellow"),
            check("CAC payback", "not_evaluable", "source stale"),
            *(check(f"Quiet {number}", "green") for number in range(27)),
        )
    return Assessment(
        as_of=AS_OF,
        data_on=AS_OF,
        snapshot="9f2c4a7be01d",
        engine="1",
        cards=cards,
        checks=checks,
        stale=("cac_payback",),
        known_issues=(ISSUE,),
        warnings=(),
    )


BUSY = assessment(RENEWALS, WIN_RATE, ACTIVATION, FOLDED)
QUIET = replace(assessment(checks=tuple(check(f"Quiet {number}", "green") for number in range(31))), stale=())
