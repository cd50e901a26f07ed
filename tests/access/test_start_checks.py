"""The server does not start with settings that open a door."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.start_checks import refusals

SAFE = {
    "server.address": "127.0.0.1",
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "client.showErrorDetails": "none",
    "global.developmentMode": False,
    "server.enableAgentApi": False,
    "server.baseUrlPath": "",
    "server.trustedUserHeaders": {},
    "server.cookieSecret": "kD8vQ2xZr7LmW4tYp9BnC6sHj3GfA5eU1oXi",
    "logger.level": "info",
    "server.allowedHosts": ["localhost"],
}
ROOT = Path(__file__).parents[2]


def named(options=(), environment=(), secrets=()):
    found = refusals((SAFE | dict(options)).get, dict(environment), dict(secrets))
    return [problem.file for problem in found]


def test_the_shipped_settings_are_safe():
    assert named() == []
    assert named(environment={"RCC_DEMO": "1"}) == []
    assert named({"server.address": "0.0.0.0"}, {"RCC_PROXY": "1"}) == []


@pytest.mark.parametrize(("options", "environment", "said"), [
    ({"server.address": "0.0.0.0"}, {}, ["server.address"]),
    ({"server.address": None}, {}, ["server.address"]),
    ({"server.address": "0.0.0.0"}, {"RCC_PROXY": "1", "RCC_DEMO": "1"}, ["RCC_DEMO"]),
    ({}, {"RCC_PROXY": "1", "RCC_DEMO": "1"}, ["RCC_DEMO"]),
    ({"server.enableXsrfProtection": False}, {}, ["server.enableXsrfProtection"]),
    ({"server.enableCORS": False}, {}, ["server.enableCORS"]),
    ({"client.showErrorDetails": "full"}, {}, ["client.showErrorDetails"]),
    ({"global.developmentMode": True}, {}, ["global.developmentMode"]),
    ({"server.enableAgentApi": True}, {}, ["server.enableAgentApi"]),
    ({"server.baseUrlPath": "revenue"}, {}, ["server.baseUrlPath"]),
    ({"server.trustedUserHeaders": {"X-User": "email"}}, {}, ["server.trustedUserHeaders"]),
    ({"server.cookieSecret": "secret"}, {}, ["server.cookieSecret"]),
    ({"logger.level": "debug"}, {}, ["logger.level"]),
    ({"server.allowedHosts": []}, {}, ["server.allowedHosts"]),
])  # fmt: skip
def test_what_opens_a_door_is_refused(options, environment, said):
    assert named(options, environment) == said


@pytest.mark.parametrize(("text", "mode", "count"), [
    ('cookie_secret = "change-me-change-me-change-me-change-me"', 0o600, 1),
    ('cookie_secret = "short"', 0o600, 1),
    ('cookie_secret = "kD8vQ2xZr7LmW4tYp9BnC6sHj3GfA5eU1oXi"', 0o600, 0),
    ('cookie_secret = "kD8vQ2xZr7LmW4tYp9BnC6sHj3GfA5eU1oXi"', 0o644, 1),
])  # fmt: skip
def test_secrets_are_long_random_and_nobody_elses(tmp_path, text, mode, count):
    file = tmp_path / "secrets.toml"
    file.write_text(text)
    file.chmod(mode)

    assert len(named(secrets={file: text})) == count


_AUTH = {
    "redirect_uri": "https://revenue.example.com/oauth2callback",
    "cookie_secret": "kD8vQ2xZr7LmW4tYp9BnC6sHj3GfA5eU1oXi",
    "client_id": "revenue",
    "client_secret": "s",
    "server_metadata_url": "https://id.example.com/.well-known/openid-configuration",
}


@pytest.mark.parametrize(("change", "said"), [
    ({}, []),
    ({"redirect_uri": "http://127.0.0.1:8501/oauth2callback"}, []),
    ({"redirect_uri": "http://revenue.example.com/oauth2callback"}, ["has a redirect_uri that is not https"]),
    ({"server_metadata_url": "http://id.example.com/"}, ["has a server_metadata_url that is not https"]),
    ({"cookie_secret": None}, ["has no cookie_secret in [auth]"]),
    ({"cookie_secret": "short"}, ["has a weak cookie_secret"]),
])  # fmt: skip
def test_a_sign_in_by_the_company_is_set_up_whole_and_with_tls(tmp_path, change, said):
    lines = (f'{name} = "{value}"' for name, value in (_AUTH | change).items() if value is not None)
    file = tmp_path / "secrets.toml"
    file.write_text("[auth]\n" + "\n".join(lines))
    file.chmod(0o600)

    assert [one.message for one in refusals(SAFE.get, {}, {file: file.read_text()})] == said


def test_the_server_says_why_it_does_not_start(tmp_path):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "0.0.0.0", "--server.enableXsrfProtection", "false"]
    environment = {**os.environ, "RCC_WORKSPACE": str(tmp_path)}

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False)

    assert done.returncode != 0
    assert "listens beyond this machine without a proxy" in done.stdout + done.stderr
    assert "enableXsrfProtection: is off" in done.stdout + done.stderr
