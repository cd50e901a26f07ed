"""The door: who the browser's cookie stands for, how one comes in, and how one leaves."""

import streamlit as st

from services.directory import load_directory
from services.manage_people import COMMAND, is_first_start
from services.people import Person
from services.sample_calendar import has_own_calendar
from services.sign_in import Visitor, demo_offered, demo_sign_in, sign_out, visitor
from services.site import Site

from .clock import right_now
from .company_account import is_offered, sign_in_button, ticket_by_provider
from .password_form import change_password, password_page
from .text import plain, safe
from .units import day

COOKIE = "rcc_session"
CAME_WITH = "came with"
"""Where a page's state keeps the token it was first drawn for: nobody else goes on with it."""
ROLES = {
    "executive": "Executive",
    "kpi_owner": "KPI owner",
    "analyst": "Analyst",
    "steward": "Steward",
    "facilitator": "Facilitator",
    "assignee": "Assignee",
    "viewer": "Viewer",
    "administrator": "Administrator",
}


def who_is_here(site: Site) -> Visitor | None:
    """The person of the cookie that the browser came with."""
    st.session_state.setdefault(CAME_WITH, _token())
    return visitor(site, _token(), right_now(), demo=in_demo())


def sign_in_page(site: Site) -> None:
    """All that a stranger sees, whatever address was asked for."""
    with st.container(key="door-demo" if in_demo() else "door"):
        st.html(
            '<div class="rcc stack"><h1>Revenue Command Center</h1>'
            "<p>What breached a threshold, what was decided on it, and whether it worked.</p></div>"
        )
        _let_in(site)


def _let_in(site: Site) -> None:
    if ticket := st.session_state.pop("ticket", None):
        _hand_over(ticket)
    elif st.session_state.pop("left", False):
        _ask_the_server("DELETE", "", "Signing out…")
    elif st.session_state.pop("was here", False):
        _reload()  # the session ended under an open page; perhaps another tab has a new one by now
    elif in_demo():
        _pick_a_person(site)
    elif not is_offered():
        if is_first_start(site):
            st.info(f"Nobody can administer this installation yet. On its machine, run: `{COMMAND}`")
        password_page(site)
    elif ticket := st.session_state.get("came back") or ticket_by_provider(site):
        st.session_state["came back"] = ticket  # the page may be drawn again before the browser has fetched it
        _hand_over(ticket)
    else:
        sign_in_button()
        st.caption("or with a password")
        password_page(site)


def person_control(site: Site, here: Visitor) -> None:
    """Who one is, and the way out; in the demo, the way to be somebody else."""
    if ticket := st.session_state.pop("ticket", None):
        _hand_over(ticket)
        st.stop()
    key, label = ("demo", f"Demo · {here.person.name}") if here.is_demo else ("person", here.person.name)
    today = day(right_now()) if has_own_calendar(site) else ""
    with st.container(key=key), st.popover(plain(" · ".join(filter(None, (label, today))))):
        st.html(f'<div class="rcc"><p class="label">{safe(what(here.person))}</p></div>')
        if today:
            st.html(f'<div class="rcc"><p>{_calendar(site)}</p></div>')
        if here.is_demo:
            _switch_box(site, here)
        elif here.session.how == "password" and st.button("Change password", key="change-password"):
            change_password(site, here.person.id)
        st.button("Sign out", key="sign-out", on_click=_leave, args=(site, here))


def _switch_box(site: Site, here: Visitor) -> None:
    directory = load_directory(site)[0]
    others = [member.id for member in directory.people if member.id != here.person.id and not member.disabled]
    st.selectbox(
        "Be somebody else", others, index=None, placeholder="Choose a person",
        format_func=directory.name_of, key="switch-to", on_change=_switch, args=(site, here),
    )  # fmt: skip


def _calendar(site: Site) -> str:
    """Why the days here are not everybody's; empty where they are."""
    if not has_own_calendar(site):
        return ""
    return f"The sample company's calendar stands at {right_now():%-d %B %Y}; its days go by like yours."


def _token() -> object:
    return st.context.cookies.get(COOKIE)


def in_demo() -> bool:
    """Whether people are picked instead of asked for a password."""
    return demo_offered(st.get_option("server.address"))


def _pick_a_person(site: Site) -> None:
    st.html(
        '<div class="rcc"><p>A demo on a sample company. Choose who you are: everybody sees and may do what '
        f'their roles allow.</p><p class="quiet">{_calendar(site)}</p></div>'
    )
    people = [member.person for member in load_directory(site)[0].people if not member.disabled]
    with st.grid(4, min_column_width=240, gap="small"):
        for person in people:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.button(
                    plain(person.name), key=f"be-{person.id}", on_click=_be, args=(site, person.id), width="stretch"
                )
                st.html(f'<div class="rcc"><p class="label">{safe(what(person))}</p></div>')


def what(person: Person) -> str:
    """Titles and roles in words."""
    roles = ", ".join(name for role, name in ROLES.items() if role in person.roles)
    return " · ".join(part for part in (", ".join(sorted(person.titles)), roles) if part)


def _be(site: Site, person: str) -> None:
    st.session_state["ticket"] = demo_sign_in(site, person, right_now(), demo=in_demo())


def _switch(site: Site, here: Visitor) -> None:
    if person := st.session_state.pop("switch-to", None):
        sign_out(site, here, right_now())
        _be(site, person)


def _leave(site: Site, here: Visitor) -> None:
    sign_out(site, here, right_now())
    st.session_state["left"] = True


def _hand_over(ticket: str) -> None:
    """A page cannot set a cookie: the browser changes the ticket for it, then asks for the same address again."""
    _ask_the_server("POST", ticket, "Signing in…")


def _ask_the_server(method: str, body: str, said: str) -> None:
    content = f",body:'{body}'" if body else ""
    _run(f"fetch('/session',{{method:'{method}'{content}}}).finally(()=>window.location.reload())", said)


def _reload() -> None:
    _run("window.location.reload()", "You are signed out.")


def _run(script: str, said: str) -> None:
    st.html(f'<div class="rcc"><p>{said}</p></div><script>{script}</script>', unsafe_allow_javascript=True)
