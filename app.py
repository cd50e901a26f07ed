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
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.components.door import COOKIE
from services.schedule import minutes_of, ticking
from services.sign_in import SESSION_LIFE, is_signed_in, open_session
from services.site import Site

_HERE = Path(__file__).parent
_HEADERS = {
    # Nothing is ever loaded from elsewhere; styles are written into the page by Streamlit itself.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# What Streamlit serves to anybody who knows the address: downloads, uploads, figures of the server.
_LONGEST_TICKET = 100
_FOR_THE_SIGNED_IN = ("/media/", "/_stcore/upload_file/", "/_stcore/metrics", "/_stcore/agent/")


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
            await send(message)

        await self.app(scope, receive, marked if scope["type"] == "http" else send)


class Guard:
    """Lets only the signed in through to what pages did not hand to this very visitor.

    A running page hears of the end of its session at once: its socket closes when the token no longer
    stands for anybody, also where only a part of the page would have been drawn again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it is not for strangers."""
        token = HTTPConnection(scope).cookies.get(COOKIE, "") if scope["type"] in ("http", "websocket") else ""
        if scope["type"] == "http" and scope["path"].startswith(_FOR_THE_SIGNED_IN) and not _knows(token):
            await PlainTextResponse("Sign in first.", 403)(scope, receive, send)
            return

        async def while_signed_in() -> Message:
            message = await receive()
            return message if _knows(token) else {"type": "websocket.disconnect", "code": 1000}

        watched = scope["type"] == "websocket" and _knows(token)
        await self.app(scope, while_signed_in if watched else receive, send)


def _knows(token: str) -> bool:
    return bool(token) and is_signed_in(Site.from_environment(), token, datetime.now(UTC))


async def _session(request: Request) -> Response:
    """Change the page's ticket for the session's cookie, or take the cookie back; only our own pages may ask."""
    if not _from_our_page(request):
        return PlainTextResponse("Only this app's own pages may ask for this.", 403)
    answer = Response(status_code=204)
    if request.method == "DELETE":
        answer.delete_cookie(COOKIE)
        return answer
    body = await request.body() if int(request.headers.get("content-length") or 0) <= _LONGEST_TICKET else b""
    address = request.client.host if request.client else ""
    token = open_session(Site.from_environment(), body.decode("ascii", "replace"), address, datetime.now(UTC))
    if token is None:
        return PlainTextResponse("This ticket opens nothing.", 403)
    secure = request.url.scheme == "https" or os.environ.get("RCC_PROXY") == "1"
    life = int(SESSION_LIFE.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=life, httponly=True, samesite="lax", secure=secure)
    return answer


def _from_our_page(request: Request) -> bool:
    """Whether the browser says so; else anybody could sign a visitor in as somebody else."""
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


@asynccontextmanager
async def _warm(_app: Any) -> AsyncIterator[None]:
    """Import what pages need before the first visitor, keep the collector away from it, and tick beside them."""
    import plotly.graph_objects  # noqa: F401

    import services.brief  # noqa: F401

    gc.collect()
    gc.freeze()
    minutes = minutes_of(os.environ.get("RCC_TICK_MINUTES", ""))
    with ticking(Site.from_environment(), minutes, lambda: datetime.now(UTC)):
        yield


def _say_sorry(error: Exception) -> bool:
    """Tell the person in plain words; the details go to the server's log only."""
    logging.getLogger("revenue_command_center").error("a page failed", exc_info=error)
    st.error("The details are in the server's log. Nothing was changed.", title="This page could not be drawn")
    return True


app = st.App(
    _HERE / "router" / "main.py",
    lifespan=_warm,
    on_script_error=_say_sorry,
    routes=[
        Route("/session", _session, methods=["POST", "DELETE"]),
        Mount("/assets", StaticFiles(directory=_HERE / "static")),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(Guard)],
)
