"""The field tables of `docs/contracts.md`, made from the model.

`python -m kpi_engine.contract_docs docs/contracts.md` writes them anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from .contract import Contract

START, END = "<!-- fields: made from the model -->\n", "<!-- end of fields -->\n"
# What a top-level field is for. Pieces within them carry their own description.
MEANINGS = {
    "id": "Identifier, in snake_case; the file is named after it.",
    "name": "What people call it.",
    "aliases": "Other names; no two contracts may share one.",
    "purpose": "Why anyone looks at it: one sentence.",
    "definition": "What it is: one sentence.",
    "variant": "The formula in force; its label is printed on the card.",
    "variants": "The disputed formulas, by name.",
    "compare": "Variants whose colour is held against the one in force.",
    "source": "Where the number comes from, what counts and what does not.",
    "unit": "What the value is measured in; rates are fractions.",
    "direction": "Which way is good.",
    "decimals": "Digits shown; never used in a comparison.",
    "refresh": "When a period is final, and when the source is stale.",
    "cadence": "How often it is reviewed, and so in which forum.",
    "windows": "The periods it is read over.",
    "dimensions": "The ways to slice it.",
    "min_n": "The smallest n that is judged; required of ratios and of rules on change.",
    "owners": "Who owns the result, by title.",
    "steward": "Who owns the number's plumbing.",
    "decision_owner": "Who makes the call.",
    "raci": "Responsible, accountable, consulted, informed.",
    "confidence": "How far to trust it, and why.",
    "indicator": "Early warning or outcome.",
    "focus_area": "Focus area of revenue operations.",
    "chain_stage": "Stage of the revenue impact chain.",
    "role": "operating: reviewed and able to raise cards; diagnostic: catalogue and drill-down only.",
    "rules": "Triggers, each with its action; an operating contract needs at least one.",
    "playbook": "The response to each colour.",
    "runbook": "What to do in the first and the next days, when to escalate and to whom.",
    "downstream_decisions": "Decisions that a breach touches.",
    "decisions_served": "Recurring decisions it is an input of.",
    "target": "The value aimed at, if there is one.",
    "cost": "What a breach puts at risk, in money.",
    "beside": "Contracts whose value is shown next to this one.",
    "recover_after": "Good periods after which a breach counts as recovered.",
    "check_after_days": "When a decision's effect is checked, unless it says otherwise.",
    "notes": "Reasons worth keeping: of min_n, of a threshold, of a cost.",
    "change_log": "Versions with effective date and approver.",
    "tests": "Rows and the readings they must give.",
}


def field_tables() -> str:
    """Every field of a contract and of the pieces it is made of, as Markdown."""
    schema = Contract.model_json_schema(by_alias=True)
    parts = [_table(schema, MEANINGS)]
    for name, piece in sorted(schema["$defs"].items()):
        if "properties" in piece:
            described = " ".join(piece.get("description", "").split())
            parts.append(f"### {name}\n\n{described}\n\n{_table(piece, None)}")
    return "\n".join(parts)


def with_tables(page: str) -> str:
    """The page with its field tables as the model has them now."""
    before, rest = page.split(START)
    return before + START + "\n" + field_tables() + "\n" + END + rest.split(END)[1]


def _table(piece: dict[str, Any], meanings: dict[str, str] | None) -> str:
    required = piece.get("required", [])
    lines = ["| field | value | needed |", "|---|---|---|"]
    if meanings is not None:
        lines = ["| field | meaning | value | needed |", "|---|---|---|---|"]
    for name, given in piece["properties"].items():
        meaning = f" {meanings[name]} |" if meanings is not None else ""
        lines.append(f"| `{name}` |{meaning} {_value(given)} | {_need(given, name in required)} |")
    return "\n".join(lines) + "\n"


def _need(given: dict[str, Any], required: bool) -> str:
    if required:
        return "yes"
    default = given.get("default")
    return "no" if default in (None, [], "") else f"no: `{str(default).lower()}`"


def _value(given: dict[str, Any]) -> str:
    """The kind of value a field takes, in words."""
    if "$ref" in given:
        return _link(given["$ref"])
    if "const" in given:
        return f"`{given['const']}`"
    if "enum" in given:
        return ", ".join(f"`{value}`" for value in given["enum"])
    if "anyOf" in given or "oneOf" in given:
        choices = [_value(one) for one in given.get("anyOf", given.get("oneOf", ())) if one.get("type") != "null"]
        # A list of all metric kinds in every cell would hide the table.
        return " or ".join(dict.fromkeys(choices)) if len(choices) <= 7 else "a metric, by its `kind`"
    if given.get("type") == "array":
        return f"list of {_value(given.get('items', {}))}"
    if given.get("type") == "object":
        inner = given.get("additionalProperties")
        return f"by name: {_value(inner)}" if isinstance(inner, dict) else "columns with their values"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return "date" if given.get("format") == "date" else words.get(given.get("type", ""), "any value")


def _link(reference: str) -> str:
    name = reference.rsplit("/", 1)[1]
    return f"[{name}](#{re.sub(r'[^a-z0-9_-]', '', name.lower())})"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(with_tables(target.read_text(encoding="utf-8")), encoding="utf-8")
