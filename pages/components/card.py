"""One card: what breached, how far, since when, whose, what next; drill down and decide inline."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from decision_log.closeout import DecisionClosed
from decision_log.decision import Decision
from kpi_engine.card import Card, Dirt
from services.brief import Item

from .closeout import VERDICTS
from .decide_form import decide_button
from .episode import episode
from .gate import Visit
from .proposal_view import proposal_in_short
from .runbook import runbook_button
from .sparkline import sparkline
from .text import safe
from .units import WINDOWS, card_quantity, change, day, hours, quantity, reason_in_words, where

_DRILL_DOWN = Path(__file__).parents[1] / "drill_down.py"
_PROPOSALS = Path(__file__).parents[1] / "proposals.py"


def card(item: Item, visit: Visit) -> None:
    """The card in a frame of its own, as tall as its neighbours."""
    shown = item.card
    with st.container(border=True, height="stretch", key=f"card-{shown.status}-{shown.key}", gap="small"):
        facts(shown, visit, episode(item, visit))
        st.space("stretch")
        if item.decision is not None:
            st.html(_decided(item.decision, item.verdict))
        elif item.proposal is not None:
            proposal_in_short(item.proposal, visit)
        with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
            if not item.settled:
                decide_button(item, visit)
            runbook_button(item, visit)
            link_to_drill_down(shown, visit)
            if shown.status == "red" or item.proposal:
                st.page_link(_PROPOSALS, label="Proposal →", query_params={"episode": item.episode})


def facts(card: Card, visit: Visit, below: str = "") -> None:
    """What a card says, without its frame and what one can do with it; `below` is our own HTML under it."""
    chart = sparkline(card, st.context.theme.type or "light")
    # One block: every element of a page costs the server a message, and a page holds many cards.
    st.html(_head(card) + chart + _body(card, brief=visit.presenting) + below)


def link_to_drill_down(card: Card, visit: Visit) -> None:
    """The way to the line and the records of a card's slice."""
    st.page_link(_DRILL_DOWN, label="Drill down →", query_params=_address(card, visit))


def _address(card: Card, visit: Visit) -> dict[str, str]:
    address = {"kpi": card.kpi, "window": card.window, "dimension": card.dimension, "slice": card.slice}
    return address if visit.as_of is None else {**address, "as_of": visit.as_of.isoformat()}


def _head(card: Card) -> str:
    escalated = '<span class="tag red">Escalated</span>' if card.escalated else ""
    folded = " · explained" if card.folded else ""
    risk = "" if card.money_at_risk is None else f"{safe(quantity(card.money_at_risk, 'money', card.currency))} at risk"
    value = safe(card_quantity(card.value, card))
    place, period = safe(where(card.dimension, card.slice)), f"{WINDOWS[card.window]} to {day(card.period_end)}"
    whole = card.slice == "(all)"
    name = safe(card.name) + ("" if whole else f" <span class='quiet'>{place}</span>")
    return f"""<div class="rcc card-head">
      <div class="row">
        <span><span class="status {card.status}">{card.status.capitalize()}{folded}</span> {escalated}</span>
        <span class="money">{risk}</span>
      </div>
      <h3>{name}</h3>
      <p class="quiet">{f"{place} · {period}" if whole else period}</p>
      <p class="quiet">{safe(" + ".join(card.owners))} owns · {safe(card.decision_owner)} decides</p>
      <div class="figure"><span class="value {card.status}">{value}</span>
        <div><p class="do">{safe(card.limit_text)}</p><p class="quiet">n = {card.n:,} · {_age(card)}</p></div>
      </div>
    </div>"""


def _age(card: Card) -> str:
    if card.age_periods <= 1:
        return "new this period"
    return f"{card.age_periods} periods, since {day(card.since)}"


def _body(card: Card, *, brief: bool) -> str:
    parts = [
        _changes(card),
        _concentration(card),
        _action(card),
        *(_issue(card, i) for i in range(len(card.known_issues))),
        _caveats(card),
    ]
    if not brief:
        parts.append(_small_print(card))
    return f'<div class="rcc stack">{"".join(parts)}</div>'


def _changes(card: Card) -> str:
    cells = "".join(
        f"<div><dt class='label'>vs {safe(c.against.replace('trailing ', ''))}</dt>"
        f"<dd class='do'>{change(c.relative)}</dd>"
        f"<dd class='label'>{safe(reason_in_words(c.reason) or 'was ' + card_quantity(c.before, card))}</dd></div>"
        for c in card.changes
    )
    return f"<dl class='changes'>{cells}</dl>" if cells else ""


def _concentration(card: Card) -> str:
    shares = [s for s in card.concentrates if s.share is not None and s.share > 0][:3]
    if not shares:
        return ""
    dimensions = {share.dimension for share in shares}
    by = f"by {safe(shares[0].dimension.replace('_', ' '))}, " if len(dimensions) == 1 else ""
    rows = "".join(
        f"<tr><td>{safe(s.slice if by else where(s.dimension, s.slice))}</td>"
        f"<td class='number quiet'>{safe(card_quantity(s.value, card))} · n = {s.n:,}</td>"
        f"<td class='number do'>{(s.share or 0) * 100:.0f}\u00a0%</td></tr>"
        for s in shares
    )
    return f"<div><p class='label'>Where it concentrates {by}share of the gap</p><table>{rows}</table></div>"


def _action(card: Card) -> str:
    # "Escalate: Escalate outreach …" says it twice.
    named = card.action_text.casefold().startswith(card.action)
    kind = "" if named else f"<span class='do'>{card.action.capitalize()}:</span> "
    return (
        f"<div><p class='label'>Default action · within {hours(card.action_sla_hours)}</p>"
        f"<p>{kind}{safe(card.action_text)}</p></div>"
    )


def _issue(card: Card, index: int) -> str:
    issue = card.known_issues[index]
    left_out = f" {issue.rows_excluded:,} rows left out." if issue.rows_excluded else ""
    if issue.worsened:
        left_out += " Worse than what was acknowledged."
    return (
        f"<div class='note'><p class='label'>Known issue, until {day(issue.until)} · {safe(issue.owner)}</p>"
        f"<p>{safe(issue.note)}{left_out}</p></div>"
    )


def _caveats(card: Card) -> str:
    """What may turn the verdict: a formula that disagrees, rows left out, records that break hygiene rules."""
    facts = [("Variants", card.disagreement)]
    if card.left_out:
        facts.append(("Left out", f"{card.left_out:,} rows with an empty required cell"))
    if card.dirt is not None:
        facts.append(("Clean records", _cleaned(card, card.dirt)))
    return _facts(facts)


def _cleaned(card: Card, dirt: Dirt) -> str:
    """The number without the rows that break hygiene rules, and what that says."""
    if dirt.status == "not_evaluable":
        return "too few to say"
    same = dirt.status == card.status
    verdict = f"still {card.status}: not a matter of records" if same else f"{dirt.status}: look at the records first"
    return f"{card_quantity(dirt.value, card)}, n = {dirt.n:,}, {verdict}"


def _small_print(card: Card) -> str:
    """The formula in a line; behind it how sure the number is, what stands beside it, and the records to mend."""
    facts = [
        ("Confidence", ", ".join(filter(None, (card.confidence, card.confidence_note)))),
        ("Beside it", " · ".join(f"{name} {text}" for name, text in card.beside if text)),
    ]
    return (
        f"<details><summary>{safe(card.confidence.capitalize())} confidence · {safe(card.variant)}</summary>"
        f"{_facts(facts)}{_rules(card.dirt)}</details>"
    )


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{safe(name)}</dt><dd>{safe(text)}</dd>" for name, text in facts if text)
    return f"<dl class='facts'>{rows}</dl>" if rows else ""


def _rules(dirt: Dirt | None) -> str:
    """The hygiene rules that records break, with the way to those records."""
    if dirt is None:
        return ""
    rules = ", ".join(
        f"<a href='data_health?check={safe(id_)}' target='_self'>{safe(name)}</a> {count:,}"
        for id_, name, count in dirt.rules
    )
    return f"<p class='label'>Records to mend, whole company: {rules}</p>"


def _decided(decision: Decision, verdict: DecisionClosed | None) -> str:
    """What was decided, and what data said of it at the check date once it has come."""
    taken = decision.taken
    check = f" · check {day(taken.check_on)}"
    if verdict is not None:
        check = f"</p><p>{VERDICTS[verdict.outcome]} at the check of {day(verdict.check_on)}"
    return (
        f"<div class='rcc note'><p class='label'>{day(taken.decided_on)} · {safe(taken.decision_owner)}</p>"
        f"<p><span class='do'>Decided · {safe(taken.action_text)}</span>{check}</p></div>"
    )
