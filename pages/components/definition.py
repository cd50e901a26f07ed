"""What a KPI means and whose it is: the contract as people read it."""

from collections.abc import Iterable

import streamlit as st

from kpi_engine.card import Trust
from kpi_engine.contract import Contract
from kpi_engine.counted import counted_in_words
from kpi_engine.rules import Rule

from .text import safe
from .units import WINDOWS, contract_quantity, hours


def definition(contract: Contract, currency: str, trust: Trust | None = None) -> None:
    """Definition, formula, owners, source, thresholds with their actions, playbook and caveats."""
    source = contract.source
    facts = [
        ("Definition", contract.definition),
        ("Purpose", contract.purpose),
        ("Formula", contract.variants[contract.variant].label),
        ("Other formulas", "; ".join(v.label for key, v in contract.variants.items() if key != contract.variant)),
        ("Also called", ", ".join(contract.aliases)),
        ("Owner", " + ".join(contract.owners)),
        ("Metric steward", contract.steward),
        ("Decides", contract.decision_owner),
        ("Serves", "; ".join((*contract.decisions_served, *contract.downstream_decisions)) or "no decision yet"),
        ("Reviewed", f"{contract.cadence}, {contract.forum} · {contract.role} · {contract.indicator} indicator"),
        ("Source", f"{source.system}, {source.table}: one row is {source.grain}"),
        ("Included", "; ".join(source.inclusions)),
        ("Left out", "; ".join(source.exclusions)),
        ("Final", contract.refresh.final),
        ("n counts", counted_in_words(contract.metric)),
        ("Smallest n", "" if contract.min_n is None else f"{contract.min_n:,}"),
        ("Confidence", _confidence(contract, trust)),
        ("Notes", " ".join(contract.notes)),
        ("Version", f"{contract.version}, fingerprint {contract.fingerprint}"),
    ]
    rules = "".join(_rule(rule, contract, currency) for rule in contract.rules)
    st.html(f'<div class="rcc stack">{_facts(facts)}{rules}</div>')


def _confidence(contract: Contract, trust: Trust | None) -> str:
    """As it stands where it is known, else as the contract says."""
    if trust is None:
        return f"{contract.confidence.level}: {contract.confidence.note}"
    return f"{trust.level}: {trust.in_words}"


def threshold(contract: Contract, currency: str) -> str:
    """Every threshold in one line."""
    said = [rule.in_words(lambda edge: contract_quantity(edge, contract, currency)) for rule in contract.rules]
    return "; ".join(dict.fromkeys(said)) or "no threshold"


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return (
        '<dl class="facts">'
        + "".join(f"<dt>{safe(name)}</dt><dd>{safe(text)}</dd>" for name, text in facts if text)
        + "</dl>"
    )


def _rule(rule: Rule, contract: Contract, currency: str) -> str:
    action = rule.action
    scope = "whole company" if rule.scope == "total" else f"each {rule.scope.replace('_', ' ')}"
    said = rule.in_words(lambda edge: contract_quantity(edge, contract, currency))
    return (
        f"<div class='note'><p class='label'>{safe(said)} · {WINDOWS.get(rule.window, rule.window)} · {scope}"
        f" · within {hours(action.sla_hours)}</p><p><span class='do'>{action.kind.capitalize()}:</span> "
        f"{safe(action.text)}</p></div>"
    )
