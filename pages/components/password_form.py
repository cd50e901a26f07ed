"""Name and password: streamlit-authenticator draws the form, our services decide.

Of that package only the form and the hashing are used. Its cookie can be read by scripts, cannot be
revoked and lives for 30 days, and its limits on guesses are off: so it gets a door-keeper of ours in
place of its own, and no cookie.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from kpi_engine.problem import Problem
from services.passwords import LONGEST, SHORTEST, Proven, prove, replace_password
from services.sign_in import begin
from services.site import Site

from .clock import right_now
from .text import plain

_FIELDS = {"Form name": "Sign in", "Username": "Name or mail address", "Password": "Password", "Login": "Sign in"}


class _Keeper:
    """Stands where the package has its own controllers: no cookie, and every guess goes to `decide`."""

    def __init__(self, decide: Callable[[str, str], None]) -> None:
        self._decide = decide

    def login(self, name: str = "", password: str = "", *_limits: Any, **_more: Any) -> bool:
        self._decide(name, password)
        return False

    def get_cookie(self) -> None:
        return None


def password_page(site: Site) -> None:
    """The form; after a right temporary password, the form to choose one's own."""
    if proven := st.session_state.get("proven"):
        _choose(site, proven)
    else:
        _ask(site)


def _ask(site: Site) -> None:
    from streamlit_authenticator import Authenticate

    form = Authenticate.__new__(Authenticate)
    form.authentication_controller = form.cookie_controller = _Keeper(lambda name, password: _try(site, name, password))
    form.attrs, form.path = {"login_sleep_time": 0}, None
    form.login(fields=_FIELDS, key="sign-in")


def _try(site: Site, name: str, password: str) -> None:
    now = right_now()
    proven, problems = prove(site, name, password, _address(), now)
    if proven is None:
        _refuse(problems)
        return
    if proven.temporary:
        st.session_state["proven"] = proven
    else:
        st.session_state["ticket"] = begin(site, proven.person, "password", now)
    st.rerun()


def _address() -> str:
    """Where the guess comes from; behind a proxy of ours, what that proxy says, which is the last it added."""
    if os.environ.get("RCC_PROXY") == "1":
        # A proxy may add a line of its own below the one that the caller made up.
        return ",".join(st.context.headers.get_all("X-Forwarded-For")).split(",")[-1].strip()
    return str(st.context.ip_address or "this machine")


@st.dialog("Change your password")
def change_password(site: Site, person: str) -> None:
    """The old one, then the new one; every session of the person ends, and this browser gets a new one."""
    with st.form("change-password", border=False):
        old = st.text_input("Password now", type="password", autocomplete="current-password")
        first, second = _two_fields()
        sent = st.form_submit_button("Change it", type="primary")
    if sent:
        proven, problems = prove(site, person, old, _address(), right_now())
        _refuse(problems) if proven is None else _use(site, proven, first, second)


def _choose(site: Site, proven: Proven) -> None:
    with st.form("choose-password"):
        st.subheader("Choose your password", anchor=False)
        first, second = _two_fields()
        sent = st.form_submit_button("Use this password", type="primary")
    if sent:
        _use(site, proven, first, second)


def _two_fields() -> tuple[str, str]:
    st.caption(f"{SHORTEST} to {LONGEST} characters; a few unrelated words are good.")
    first = st.text_input("New password", type="password", autocomplete="new-password")
    return first, st.text_input("Once more", type="password", autocomplete="new-password")


def _use(site: Site, proven: Proven, first: str, second: str) -> None:
    now = right_now()
    if first != second:
        st.error("The two differ.")
    elif problems := replace_password(site, proven, first, now):
        _refuse(problems)
    else:
        st.session_state.pop("proven", None)
        st.session_state["ticket"] = begin(site, proven.person, "password", now)
        st.rerun()


def _refuse(problems: Sequence[Problem]) -> None:
    st.error(f"{plain(problems[0].message)}. {plain(problems[0].remedy)}")
