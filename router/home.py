"""The exceptions under their own name: they are the home page, which Streamlit knows by the empty address only."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse


async def home(request: Request) -> RedirectResponse:
    """On to the home page, with what the address asks for."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./")
