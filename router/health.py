"""Whether the app can work, for whoever looks after it: asked by a monitor, so it tells strangers nothing else."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from decision_log.failure import LogFailure
from services.site import Site


async def health(_request: Request) -> Response:
    """200 while the decision log can be read and hangs together, else 503 with what is wrong in a word."""
    try:
        await run_in_threadpool(lambda: Site.from_environment().log().head)
    except LogFailure as failure:
        return JSONResponse({"status": "failing", "log": type(failure).__name__}, 503)
    return JSONResponse({"status": "ok"})
