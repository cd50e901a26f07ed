"""The exceptions can be asked for by name, and what the address asks for comes along."""

import ast
import asyncio
from pathlib import Path

import pytest
from starlette.requests import Request

from router.home import home


@pytest.mark.parametrize(
    ("query", "leads_to"), [(b"", "./"), (b"present=1&as_of=2026-06-21", "./?present=1&as_of=2026-06-21")]
)
def test_exceptions_by_name_lead_home(query, leads_to):
    scope = {"type": "http", "method": "GET", "path": "/exceptions", "query_string": query, "headers": [],
             "server": ("127.0.0.1", 80), "scheme": "http"}  # fmt: skip

    assert asyncio.run(home(Request(scope))).headers["location"] == leads_to


def test_the_server_knows_the_address():
    """Read, not started: importing the server's script starts it."""
    source = ast.parse((Path(__file__).parents[2] / "app.py").read_text())
    routes = {call.args[0].value for call in ast.walk(source) if isinstance(call, ast.Call) and call.args
              and getattr(call.func, "id", "") == "Route"}  # fmt: skip
    assert "/exceptions" in routes
