"""The session's cookie, set and taken back by the server; and the guard that asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from decision_log.failure import LogFailure
from pages.components.clock import right_now
from pages.components.door import COOKIE, in_demo
from services.sign_in import SESSION_LIFE, is_signed_in, may_upload, open_session
from services.site import Site

from .files import MEDIA, UPLOADS, is_theirs, may_go_on

_LONGEST_TICKET = 100
# Streamlit's sockets: the protocol, a token of its own, and the page to go on with after a lost connection.
_PROTOCOLS = "sec-websocket-protocol"
# What Streamlit keeps of a sign-in by OIDC, for 30 days: it has served once a session of ours is there.
_OF_THE_PROVIDER = "_streamlit_user"
# What Streamlit serves to anybody who knows the address: downloads, uploads, figures of the server.
_FOR_THE_SIGNED_IN = (MEDIA, UPLOADS, "/_stcore/metrics", "/_stcore/agent/")


async def session(request: Request) -> Response:
    """Change the page's ticket for the session's cookie, or take the cookie back; only our own pages may ask."""
    if not _from_our_page(request):
        return PlainTextResponse("Only this app's own pages may ask for this.", 403)
    answer = Response(status_code=204)
    for name in request.cookies:
        if name.startswith(_OF_THE_PROVIDER):
            answer.delete_cookie(name)
    if request.method == "DELETE":
        answer.delete_cookie(COOKIE)
        return answer
    ticket = await _beginning(request)
    address = request.client.host if request.client else ""
    token = open_session(Site.from_environment(), ticket.decode("ascii", "replace"), address, right_now())
    if token is None:
        return PlainTextResponse("This ticket opens nothing.", 403)
    secure = request.url.scheme == "https" or os.environ.get("RCC_PROXY") == "1"
    life = int(SESSION_LIFE.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=life, httponly=True, samesite="lax", secure=secure)
    return answer


async def _beginning(request: Request) -> bytes:
    """As much of the body as a ticket is long; strangers send what they like, however much they announce."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_TICKET:
            return b""
    return body


def _from_our_page(request: Request) -> bool:
    """Whether the browser says so; else anybody could sign a visitor in as somebody else."""
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


class Guard:
    """Asks for a running session where Streamlit asks for none: its files, its figures, and its open pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it is not for strangers."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        token = HTTPConnection(scope).cookies.get(COOKIE, "")
        if scope["type"] == "websocket":
            return await self.app(_of_its_own(scope, token), _while_signed_in(receive, token), send)
        if scope["type"] == "http" and scope["path"].startswith(_FOR_THE_SIGNED_IN):
            if not _knows(token):
                return await PlainTextResponse("Sign in first.", 403)(scope, receive, send)
            is_offered = not scope["path"].startswith(UPLOADS) or _may_upload(token)
            if not (is_offered and is_theirs(scope["path"], token)):
                return await PlainTextResponse("This was not offered to you.", 404)(scope, receive, send)
        return await self.app(scope, receive, send)


def _of_its_own(scope: Scope, token: str) -> Scope:
    """The connection without the earlier page it asks to go on with, unless its session runs and had that page drawn.

    Else whoever was signed out, or signs in after somebody, would find that page's buttons and callbacks again.
    """
    headers = MutableHeaders(raw=list(scope["headers"]))
    asked = [part.strip() for part in headers.get(_PROTOCOLS, "").split(",")]
    if len(asked) > 2 and not (_knows(token) and may_go_on(asked[2], token)):
        headers[_PROTOCOLS] = ", ".join(asked[:2])
    return {**scope, "headers": headers.raw}


def _while_signed_in(receive: Receive, token: str) -> Receive:
    """What a page sends, for as long as its session runs; after that, only that it be drawn anew.

    Callbacks run before the gate, and a part of a page is drawn without it. So whatever a page sends once
    its session is over becomes a plain rerun, which ends at the gate. Strangers' pages send as they like.
    """
    was_known = _knows(token)

    async def heard() -> Message:
        nonlocal was_known
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        is_known = _knows(token)
        was_known = was_known or is_known
        if is_known or not was_known:
            return message
        return {"type": "websocket.receive", "bytes": _drawn_anew(message.get("bytes") or b"")}

    return heard


def _drawn_anew(sent: bytes) -> bytes:
    asked, plain = BackMsg(), BackMsg()
    asked.ParseFromString(sent)
    plain.rerun_script.query_string = asked.rerun_script.query_string
    plain.rerun_script.page_script_hash = asked.rerun_script.page_script_hash
    return plain.SerializeToString()


def _knows(token: str) -> bool:
    return _is_so(is_signed_in, token)


def _may_upload(token: str) -> bool:
    return _is_so(may_upload, token)


def _is_so(asked: Callable[..., bool], token: str) -> bool:
    try:
        return asked(Site.from_environment(), token, right_now(), demo=in_demo())
    except LogFailure:
        return False  # nobody is known while the database cannot be read; the page that is drawn says so
