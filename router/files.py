"""Whose a file is: what a page offers or takes is that session's, and nobody else's who learns the address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

import streamlit as st
from streamlit.runtime import Runtime, get_instance
from streamlit.runtime.media_file_manager import MediaFileManager

from pages.components.door import CAME_WITH, COOKIE

MEDIA, UPLOADS = "/media/", "/_stcore/upload_file/"
_MANY = 1000


class Offered:
    """Which sessions' pages have offered each file that Streamlit serves; files that are gone are forgotten.

    Streamlit serves a file to whoever names it, by a hash of its content. It drops its own note of who
    uses a file while a page is drawn anew, which is when a browser may be fetching it: so this is ours.
    """

    def __init__(self) -> None:
        self._to: dict[str, set[str]] = {}
        self._lock = Lock()

    def watch(self, files: MediaFileManager) -> None:
        """Note from now on for whom each file is added, or made when its page asks for it."""
        add: Callable[..., str] = files.add
        make = files.execute_deferred

        def noted(*arguments: Any, **named: Any) -> str:
            address = add(*arguments, **named)
            self._note(files, _file_in(address), _name_of(str(st.context.cookies.get(COOKIE, ""))))
            return address

        def made(asked: str) -> str:
            address = make(asked)
            waiting = files._deferred_callables[asked]
            page, file = waiting["session_id"], _file_in(address)
            # Streamlit counts it as nobody's: pages drawn meanwhile would clear it away before it is fetched.
            with files._lock:
                if page in files._files_by_session_and_coord:
                    files._files_by_session_and_coord[page][f"made {waiting['coordinates']}"] = file
            self._note(files, file, _name_of(_came_with(page)))
            return address

        files.add = noted  # type: ignore[method-assign]
        files.execute_deferred = made  # type: ignore[method-assign]

    def to(self, path: str, token: str) -> bool:
        """Whether the file at the path was offered to the session of the token."""
        return _name_of(token) in self._to.get(_file_in(path), ())

    def _note(self, files: MediaFileManager, file: str, session: str) -> None:
        with self._lock:
            if len(self._to) > _MANY:
                self._to = {one: to for one, to in self._to.items() if files.read_file(one) is not None}
            self._to.setdefault(file, set()).add(session)


OFFERED = Offered()


def is_theirs(path: str, token: str) -> bool:
    """Whether the session of the token may have this address: a file it was offered, its own page's upload."""
    if path.startswith(MEDIA):
        return OFFERED.to(path, token)
    if path.startswith(UPLOADS):
        return _came_with(path.removeprefix(UPLOADS).partition("/")[0]) == token
    return True


def may_go_on(page: str, token: str) -> bool:
    """Whether a page that lost its connection may be taken up with the token: only with the one it was drawn for."""
    found = get_instance()._session_mgr.get_session_info(page) if Runtime.exists() else None
    if found is None or CAME_WITH not in found.session.session_state:
        return False
    return bool(found.session.session_state[CAME_WITH] == token)


def _came_with(page: str) -> str:
    """The token that an open page (Streamlit's session) came with; empty if there is no such page."""
    client = get_instance().get_client(page) if Runtime.exists() else None
    context = None if client is None else client.client_context
    return "" if context is None else str(context.cookies.get(COOKIE, ""))


def _file_in(address: str) -> str:
    return PurePosixPath(address).stem


def _name_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
