"""Choices that live in the address, so that a view can be shared, reloaded and linked to."""

from collections.abc import Sequence

import streamlit as st


def chosen(name: str, options: Sequence[str], default: str = "") -> str:
    """The option the address names, else the default or the first; the widget `pick-<name>` shows it.

    Streamlit's own binding would write labels instead of ids.
    """
    asked = st.query_params.get(name, "")
    value = asked if asked in options else default or options[0]
    st.session_state[f"pick-{name}"] = value
    return value


def write(name: str, *, forget: Sequence[str] = ()) -> None:
    """Write what was just picked into the address; `forget` what it makes meaningless."""
    st.query_params[name] = st.session_state[f"pick-{name}"]
    for other in forget:
        st.query_params.pop(other, None)
