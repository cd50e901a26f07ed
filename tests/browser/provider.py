"""A company's sign-in (OIDC) on this machine: it lets everybody in as whoever the test says."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT = "revenue"
INSIDE = "pool-7 of the provider is down"
_BROKEN = JSONResponse({"error": "server_error", "error_description": INSIDE}, 500)


@dataclass
class Provider:
    """`claims` are what the next identity token says beside the usual; `key` signs it, clients see `published`.

    `fails` names what does not work today: "metadata", "authorize" (it refuses), "token", or "answer" (no token in it).
    """

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    published: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    key: RSAKey | None = None
    fails: str = ""
    _nonces: dict[str, str] = field(default_factory=dict)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _metadata(self, _request: Request) -> JSONResponse:
        if self.fails == "metadata":
            return _BROKEN
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _authorize(self, request: Request) -> RedirectResponse:
        code = f"code-{len(self._nonces)}"
        self._nonces[code] = request.query_params["nonce"]
        answer = urlencode({"code": code, "state": request.query_params["state"]})
        if self.fails == "authorize":
            said = {"error": "access_denied", "error_description": f"{INSIDE} <b>no</b>"}
            answer = urlencode({**said, "state": request.query_params["state"]})
        return RedirectResponse(f"{request.query_params['redirect_uri']}?{answer}", 302)

    async def _token(self, request: Request) -> JSONResponse:
        form = await request.form()
        if self.fails in ("token", "answer"):
            return _BROKEN if self.fails == "token" else JSONResponse({"token_type": INSIDE})
        now = int(time.time())
        usual = {"iss": self.address, "aud": CLIENT, "sub": "7", "iat": now, "exp": now + 300}
        claims = usual | {"nonce": self._nonces[str(form["code"])]} | self.claims
        header = {"alg": "RS256", "kid": self.published.kid}
        signed = jwt.encode(header, claims, self.key or self.published)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    async def _keys(self, _request: Request) -> JSONResponse:
        return JSONResponse(KeySet([self.published]).as_dict(private=False))


@contextmanager
def provider() -> Iterator[Provider]:
    """One on a free port, gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Provider(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(made.app(), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join(10)
