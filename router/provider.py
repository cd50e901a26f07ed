"""Where the company's sign-in fails: back to our own page with a word, instead of nothing or a bare error."""

from __future__ import annotations

import logging

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.components.company_account import FAILED

from .log_lines import OURS

_OVER, _BACK = "/auth/login", "/oauth2callback"
_OPENED = "_streamlit_user="
_OURS = f"/?{FAILED}"


class FailedSignIn:
    """Marks the way back from the provider when nobody came in on it; what went wrong is in the server's log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and turn a failure into the way to our page."""
        if scope["type"] != "http" or scope["path"] not in (_OVER, _BACK):
            return await self.app(scope, receive, send)
        begun = False

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                if message["status"] >= 400 or (scope["path"] == _BACK and not _is_opened(headers)):
                    message["status"], headers["Location"] = 302, _OURS
            await send(message)

        try:
            return await self.app(scope, receive, marked)
        except Exception:
            if begun:
                raise
            logging.getLogger(OURS).exception("the company's sign-in failed")
            return await RedirectResponse(_OURS, 302)(scope, receive, send)


def _is_opened(headers: MutableHeaders) -> bool:
    """Whether the provider's word came with it; a cookie that is taken away is none."""
    return any(one.startswith(_OPENED) and "max-age=0" not in one.lower() for one in headers.getlist("set-cookie"))
