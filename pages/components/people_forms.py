"""The forms of the people page: a person's record, and a new person."""

from collections.abc import Iterable, Sequence
from typing import get_args

import streamlit as st

from services.directory import Directory, Member
from services.manage_people import save, version_of
from services.passwords import invite
from services.people import Role

from .door import ROLES, what
from .gate import Visit
from .text import plain, safe
from .units import where

Part = tuple[str, str]
"""A dimension and one of its values."""


def edit_person(visit: Visit, directory: Directory, member: Member, parts: Sequence[Part]) -> None:
    """One person, folded; open, their record as a form."""
    away = " · disabled" if member.disabled else ""
    part = "".join(f" · {where(*limit)}" for limit in member.person.scope)
    with st.expander(f"**{plain(member.name)}** · {plain(what(member.person) + part)}{away}"):
        _record(visit, directory, member, parts)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("New temporary password", key=f"invite-{member.id}", disabled=member.disabled):
                password = invite(visit.site, visit.person, member.id, visit.now)
                st.html(
                    f'<div class="rcc"><p>Tell {safe(member.name)}: <b>{safe(password)}</b></p><p class="label">'
                    "It is shown once, only serves to choose a password, and ended their sessions.</p></div>"
                )


def add_person(visit: Visit, directory: Directory, parts: Sequence[Part]) -> None:
    """Somebody new."""
    with st.expander("Add a person"):
        _record(visit, directory, None, parts)


def _record(visit: Visit, directory: Directory, member: Member | None, parts: Sequence[Part]) -> None:
    key = member.id if member else ""
    limits = [(name, slice_) for name, slices in member.scope.items() for slice_ in slices] if member else []
    with st.form(f"person-{key}", border=False):
        left, right = st.columns(2)
        id_ = member.id if member else left.text_input("Name to sign in with", placeholder="small letters")
        name = left.text_input("Name", member.name if member else "")
        email = right.text_input("Mail address", member.email if member else "")
        roles = left.multiselect("Roles", get_args(Role), member.roles if member else (), format_func=ROLES.__getitem__)
        titles = right.multiselect("Titles", list(directory.titles), member.titles if member else ())
        scope = left.multiselect(
            "Sees only", sorted({*parts, *limits}), limits,
            format_func=lambda part: where(*part), placeholder="Everything",
            help="Several values of a dimension count together, several dimensions narrow one another. "
            "The values are those in the data.",
        )  # fmt: skip
        disabled = right.checkbox("Disabled", member.disabled) if member else False
        sent = st.form_submit_button("Save", type="primary")
        if member:
            st.caption("Saving signs the person out, so that it counts at once.")
    # As the person stood when the form was drawn: what another administrator saved since is not overwritten.
    expected = st.session_state.setdefault(f"version-{key}", version_of(visit.site, key) if key else 0)
    if not sent:
        return
    record = {"id": id_.strip(), "name": name.strip(), "email": email.strip(), "roles": tuple(roles)}
    record |= {"titles": tuple(titles), "scope": _by_dimension(scope), "disabled": disabled}
    problems = save(visit.site, visit.person, record, expected=expected, now=visit.now)
    if problems:
        st.error(
            "\n".join(
                f"- **{plain(_LABELS.get(p.column or '', 'Person'))}** {plain(p.message)}. {plain(p.remedy)}"
                for p in problems
            )
        )
    else:
        st.session_state.pop(f"version-{key}")
        st.rerun()


_LABELS = {
    "id": "Name to sign in with",
    "name": "Name",
    "email": "Mail address",
    "roles": "Roles",
    "titles": "Titles",
    "scope": "Sees only",
}


def _by_dimension(parts: Iterable[Part]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, slice_ in parts:
        found.setdefault(name, []).append(slice_)
    return found
