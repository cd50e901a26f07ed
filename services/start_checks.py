"""What the server refuses to start with: settings under which a stranger could read or change something."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from kpi_engine.problem import Problem

from .sign_in import LOOPBACK

_WORLD_READABLE = stat.S_IRGRP | stat.S_IROTH
_SHORTEST_SECRET = 32
_DEFAULTS = ("change", "secret", "password", "default", "example", "some_key", "abcdef", "12345")


def refusals(
    option: Callable[[str], object], environment: Mapping[str, str], secrets: Mapping[Path, str]
) -> tuple[Problem, ...]:
    """What must be mended first. `option` reads Streamlit's settings; `secrets` are the secret files' contents."""
    demo, proxy = environment.get("RCC_DEMO") == "1", environment.get("RCC_PROXY") == "1"
    local = option("server.address") in LOOPBACK
    rules = [
        (not local and not proxy, "server.address", "listens beyond this machine without a proxy",
         "Bind to 127.0.0.1, or put a TLS proxy in front and say so with RCC_PROXY=1."),
        (demo and (proxy or not local), "RCC_DEMO", "lets anybody in without a password, beyond this machine",
         "Unset RCC_DEMO."),
        (not option("server.enableXsrfProtection"), "server.enableXsrfProtection", "is off", "Leave it on."),
        (not option("server.enableCORS"), "server.enableCORS", "lets pages of others connect", "Leave it on."),
        (option("client.showErrorDetails") not in ("none", False), "client.showErrorDetails",
         "shows the inside of the program to visitors", 'Set it to "none".'),
        (bool(option("global.developmentMode")), "global.developmentMode", "is on", "Switch it off."),
        (bool(option("server.trustedUserHeaders")), "server.trustedUserHeaders", "lets a header say who somebody is",
         "Leave it empty."),
        (bool(option("server.enableAgentApi")), "server.enableAgentApi", "lets programs in beside the pages",
         "Leave it off."),
        (bool(option("server.baseUrlPath")), "server.baseUrlPath", "moves files to addresses that nobody guards",
         "Give the app a host name of its own."),
        (len(str(option("server.cookieSecret"))) < _SHORTEST_SECRET, "server.cookieSecret", "is weak",
         "Leave it out: it is random then."),
        (option("logger.level") == "debug", "logger.level", "writes what people send into the log", "Use info."),
        (not option("server.allowedHosts"), "server.allowedHosts", "answers under any name",
         "List the host names under which people open the app."),
    ]  # fmt: skip
    found = [Problem(name, message, remedy) for wrong, name, message, remedy in rules if wrong]
    return (*found, *(problem for file, text in secrets.items() for problem in _secret(file, text)))


def _secret(file: Path, text: str) -> list[Problem]:
    found = []
    if file.stat().st_mode & _WORLD_READABLE:
        found.append(Problem(str(file), "can be read by others on this machine", f"Run: chmod 600 {file.name}"))
    for line in text.splitlines():
        name, _, value = line.partition("=")
        value = value.strip().strip("\"'")
        weak = len(value) < _SHORTEST_SECRET or any(word in value.lower() for word in _DEFAULTS) or len(set(value)) < 12
        if "cookie_secret" in name and weak:
            found.append(Problem(str(file), "has a weak cookie_secret", "Use 32 or more random characters."))
    return found + _auth(file, text)


def _auth(file: Path, text: str) -> list[Problem]:
    """What a sign-in with the company's accounts needs, so that nobody listens in or speaks in between."""
    try:
        auth = tomllib.loads(text).get("auth", {})
    except tomllib.TOMLDecodeError as mistake:
        return [Problem(str(file), f"is no TOML: {mistake}", "Mend the file.")]
    if not auth:
        return []
    names = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
    found = [
        Problem(str(file), f"has no {name} in [auth]", "Add it, or take [auth] out.")
        for name in names
        if name not in auth
    ]
    for name in ("redirect_uri", "server_metadata_url"):
        address = urlsplit(str(auth.get(name, "")))
        if name in auth and address.scheme != "https" and address.hostname not in LOOPBACK:
            found.append(Problem(str(file), f"has a {name} that is not https", "Use an address with TLS."))
    if find_spec("authlib") is None:
        remedy = "Run: .venv/bin/pip install -r requirements-oidc.txt"
        found.append(Problem(str(file), "has [auth], and Authlib is not installed", remedy))
    return found
