"""An open form: what has been typed is kept on the server, so that a reload or another page loses nothing."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st

from decision_log.failure import NotSaved
from kpi_engine.problem import Problem

from .clock import right_now
from .gate import Visit
from .text import plain


class Draft:
    """The fields of one form of one person on one subject.

    Each field asks for its widget's key by `key(name, default)`; `keep()` at the end of the form stores what
    differs from the defaults. `intent` names this filling-in: sent twice, it is logged once. `base` is the
    version the person looked at when the form was opened.
    """

    def __init__(self, visit: Visit, subject: str, base: int = 0) -> None:
        self._drafts, self._person, self._subject = visit.site.drafts(), visit.person.id, subject
        self._kept = self._drafts.of(self._person, subject)
        self._defaults: dict[str, Any] = {}
        opened = st.session_state.setdefault(f"{subject}/opened", {"intent": uuid4().hex, "base": base})
        self.intent: str = self._kept.get("intent", opened["intent"])
        self.base: int = self._kept.get("base", opened["base"])

    @property
    def is_kept(self) -> bool:
        """Whether something typed earlier was found."""
        return bool(self._kept)

    def key(self, name: str, default: Any, among: Collection[Any] | None = None) -> str:
        """The key of a field's widget, whose value is what was typed last, else the default.

        What was chosen last but is not `among` the options any more gives way to the default.
        """
        self._defaults[name] = default
        key = f"{self._subject}/{name}"
        if key not in st.session_state:
            st.session_state[key] = _read(self._kept.get("fields", {}).get(name), default)
        if among is not None and st.session_state[key] not in among:
            st.session_state[key] = default
        return key

    def count(self, name: str, least: int) -> int:
        """How many rows a growing part of the form has."""
        return int(st.session_state[self.key(name, least)])

    def grow(self, name: str) -> None:
        """Give a growing part another row."""
        st.session_state[f"{self._subject}/{name}"] += 1

    def keep(self) -> None:
        """Store what was typed so far."""
        values = {name: st.session_state[f"{self._subject}/{name}"] for name in self._defaults}
        fields = {name: _written(value) for name, value in values.items() if value != self._defaults[name]}
        if fields != self._kept.get("fields", {}):
            self._store(fields)

    def rebase(self, base: int) -> None:
        """Take note that the person has been told of a newer version."""
        self.base = base
        self._store(self._kept.get("fields", {}))

    def drop(self) -> None:
        """The form was sent: it begins afresh next time."""
        with suppress(NotSaved):  # a draft left over carries its intent: sent again, it is the same
            self._drafts.drop(self._person, self._subject)
        for key in [key for key in st.session_state if str(key).startswith(f"{self._subject}/")]:
            del st.session_state[key]

    def _store(self, fields: dict[str, Any]) -> None:
        kept = {"fields": fields, "intent": self.intent, "base": self.base}
        try:
            self._drafts.keep(self._person, self._subject, kept, right_now())
        except NotSaved as failure:  # what was typed is still in the form
            st.caption(f"A reload would lose what you have typed: {plain(str(failure))}")
        else:
            self._kept = kept


def to_complete(problems: Sequence[Problem], labels: dict[str, str], title: str) -> None:
    """What is to mend in a form before it can be sent; what was typed stays."""
    lines = [f"- **{_label(one, labels)}** {plain(one.message)}. {plain(one.remedy)}" for one in problems]
    st.error("\n".join(lines), title=title)


def _label(problem: Problem, labels: dict[str, str]) -> str:
    """The field's label; rows of a growing part are counted from one."""
    parts = (problem.column or "").split(".")
    if len(parts) == 3:
        return f"{labels[parts[0]]} {int(parts[1]) + 1}: {labels[parts[2]].lower()}"
    return labels.get(problem.column or "", "")


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(kept: Any, default: Any) -> Any:
    if kept is None:
        return default
    return date.fromisoformat(kept) if isinstance(default, date) else kept
