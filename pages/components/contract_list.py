"""Contracts by the forum that reviews them, folded; what one says is drawn when it is opened."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from kpi_engine.contract import FORUMS, Contract
from services.rule_report import RuleReport

from .definition import definition, threshold
from .gate import Visit
from .rule_report import report_card
from .text import plain

_DRILL_DOWN = Path(__file__).parents[1] / "drill_down.py"


def words_of(contract: Contract) -> str:
    """All that a contract can be found by, in small letters."""
    return " ".join((contract.name, *contract.aliases, *contract.owners, contract.definition)).lower()


def contract_list(found: Sequence[Contract], reports: Mapping[str, RuleReport], visit: Visit) -> None:
    """The contracts under their forums, in the order in which these meet; operating ones first."""
    for cadence, forum in FORUMS.items():
        here = sorted((one for one in found if one.cadence == cadence), key=lambda one: one.role != "operating")
        if not here:
            continue
        st.subheader(f"{forum[:1].upper()}{forum[1:]} · {len(here)}", anchor=False)
        with st.container(gap="xsmall"):
            for contract in here:
                _row(contract, reports.get(contract.id), visit)


def _row(contract: Contract, report: RuleReport | None, visit: Visit) -> None:
    says = plain(threshold(contract, visit.currency)) if contract.role == "operating" else "diagnostic"
    label = f"**{plain(contract.name)}** · {plain(' + '.join(contract.owners))} · {says}"
    with st.expander(label, key=f"contract-{contract.id}", on_change="rerun") as row:
        if not row.open:
            return
        definition(contract, visit.currency)
        if contract.role == "operating":
            report_card(report)
        address = {"kpi": contract.id, "window": contract.windows[0]}
        st.page_link(_DRILL_DOWN, label="Drill down →", query_params=address)
