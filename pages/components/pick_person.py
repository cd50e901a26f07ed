"""Choosing people and titles from the directory; without a directory they are typed."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services.directory import Directory


def pick_person(at: DeltaGenerator, label: str, directory: Directory, key: str, **shown: Any) -> str:
    """A person's id, or a typed name."""
    names = {member.id: _called(member.name, member.titles) for member in directory.people}
    return _pick(at, label, names, key, **shown)


def pick_title(at: DeltaGenerator, label: str, directory: Directory, key: str) -> str:
    """A business title, or a typed one."""
    return _pick(at, label, {title: title for title in directory.titles}, key)


def _pick(at: DeltaGenerator, label: str, names: dict[str, str], key: str, **shown: Any) -> str:
    held = st.session_state[key]
    if not names:
        return str(at.text_input(label, key=key, **shown) or "").strip()
    options = list(names) if held is None or held in names else [held, *names]
    chosen = at.selectbox(label, options, index=None, format_func=lambda id_: names.get(id_, id_), key=key, **shown)
    return str(chosen or "")


def _called(name: str, titles: tuple[str, ...]) -> str:
    return f"{name} · {', '.join(titles)}" if titles else name
