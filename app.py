"""The server: security headers, sessions and guarded routes around the router script it starts."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import get_instance

from decision_log.failure import LogFailure
from pages.components.door import in_demo
from pages.components.text import plain
from router.files import OFFERED
from router.health import health
from router.home import home
from router.log_lines import write_lines
from router.provider import FailedSignIn
from router.sessions import Guard, session
from services.manage_people import COMMAND, is_first_start
from services.people import Denied
from services.sample_calendar import present
from services.schedule import minutes_of, ticking
from services.site import Site
from services.start_checks import refusals

_HERE = Path(__file__).parent
_HEADERS = {
    # Nothing is ever loaded from elsewhere; styles are written into the page by Streamlit itself.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# The program's own files, named by their content, may be kept by the browser; everything else is somebody's.
_LASTING = ("/static/", "/assets/")


class SecurityHeaders:
    """Adds the headers to every HTTP answer, downloads and errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and mark its answer."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith(_LASTING):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, marked if scope["type"] == "http" else send)


def _refuse_unsafe_settings() -> None:
    """Stop before anything is served, and say why."""
    files = map(Path, st.get_option("secrets.files"))
    secrets = {file: file.read_text("utf-8", "replace") for file in files if file.is_file()}
    problems = refusals(st.get_option, os.environ, secrets)
    if problems:
        lines = "\n".join(f"  {problem.file}: {problem.message}. {problem.remedy}" for problem in problems)
        raise SystemExit(f"The server does not start with these settings:\n{lines}")


@asynccontextmanager
async def _warm(_app: Any) -> AsyncIterator[None]:
    """Import what pages need before the first visitor, keep the collector away from it, and tick beside them."""
    import plotly.graph_objects  # noqa: F401

    import services.brief  # noqa: F401

    write_lines()  # the web server has set up its own handlers by now
    OFFERED.watch(get_instance().media_file_mgr)
    gc.collect()
    gc.freeze()
    site, minutes = Site.from_environment(), minutes_of(os.environ.get("RCC_TICK_MINUTES", ""))
    _look_at_the_log(site)
    _tell_how_to_begin(site)
    with ticking(site, minutes, lambda: present(site, datetime.now(UTC))):
        yield


def _look_at_the_log(site: Site) -> None:
    """Read it through: what is damaged is said at once to whoever started the server, and pages refuse to write."""
    try:
        _ = site.log().head
    except LogFailure as failure:
        logging.getLogger("revenue_command_center").critical("%s. %s", failure.title, failure)


def _tell_how_to_begin(site: Site) -> None:
    """On the console, where the first administrator is made."""
    try:
        if not in_demo() and is_first_start(site):
            logging.getLogger("revenue_command_center").warning("Nobody can administer yet. Run: %s", COMMAND)
    except LogFailure:
        return  # said already


def _say_sorry(error: Exception) -> bool:
    """Tell the person in plain words; the details go to the server's log only."""
    if isinstance(error, Denied):
        st.error("Your roles, or the part of the company you see, do not allow it.", title="This is not yours")
        return True
    if isinstance(error, LogFailure):
        logging.getLogger("revenue_command_center").error("%s. %s", error.title, error)
        st.error(plain(str(error)), title=error.title)
        return True
    logging.getLogger("revenue_command_center").error("a page failed", exc_info=error)
    st.error("The details are in the server's log. Nothing was changed.", title="This page could not be drawn")
    return True


write_lines()
_refuse_unsafe_settings()
app = st.App(
    _HERE / "router" / "main.py",
    lifespan=_warm,
    on_script_error=_say_sorry,
    routes=[
        Route("/session", session, methods=["POST", "DELETE"]),
        Route("/healthz", health),
        Route("/exceptions", home),
        Mount("/assets", StaticFiles(directory=_HERE / "static")),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(Guard), Middleware(FailedSignIn)],
)
