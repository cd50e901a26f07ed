"""The company's own sign-in, where it is set up: a button, and what comes of the provider's word."""

from datetime import UTC, datetime

import streamlit as st

from services import company_account
from services.site import Site

from .text import plain

FAILED = "sign-in=failed"
"""What the address says of who comes back from the provider without its word."""


def is_offered() -> bool:
    """Whether `.streamlit/secrets.toml` names a provider."""
    return "client_id" in _settings()


def ticket_by_provider(site: Site) -> str | None:
    """A ticket of ours for whom the provider has just sent back; says why if there is none."""
    if st.query_params.pop(FAILED.partition("=")[0], ""):
        st.session_state["provider failed"] = True
    if st.session_state.get("provider failed"):
        st.error("Your company's sign-in did not answer as expected. Try again, or ask your administrator.")
        return None
    claims, now = dict(st.user.to_dict()), datetime.now(UTC)
    if not company_account.is_fresh(claims, now):
        return None
    ticket, problems = company_account.begin(site, claims, now, claim=str(_settings().get("person_claim", "")))
    for problem in problems:
        st.error(f"{plain(problem.message)}. {plain(problem.remedy)}")
    return ticket


def sign_in_button() -> None:
    """Over to the provider."""
    st.button("Sign in with your company account", type="primary", on_click=st.login)


def _settings() -> dict[str, object]:
    return dict(st.secrets.get("auth", {})) if st.secrets.load_if_toml_exists() else {}
