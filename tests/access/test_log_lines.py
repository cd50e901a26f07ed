"""The server's log: one line for each thing said, whatever was said, and no secret; and its health."""

import asyncio
import io
import json
import logging
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import connect

from decision_log.failure import Damaged
from pages.components.door import COOKIE
from router import health as health_page
from router.log_lines import JsonLine, without_secrets
from services.people import LOCAL_PERSON
from services.sign_in import begin, open_session
from tests.services.small_company import write_site

from .payloads import PAYLOADS

ROOT = Path(__file__).parents[2]

SECRETS = {
    "password=hunter2-hunter2": "hunter2",
    "{'password': 'hunter2-hunter2', 'name': 'Kim'}": "hunter2",
    "Cookie: rcc_session=0d9f7c; theme=dark": "0d9f7c",
    "Authorization: Bearer eyJhbGciOi": "eyJhbGciOi",
    "token: 5up3r": "5up3r",
    "POST https://hooks.slack.com/services/T000/B000/XXXX failed": "T000",
    "postgresql://rcc:s3cret@db/rcc is not there": "s3cret",
    "ticket=abcdef1234": "abcdef1234",
}


@pytest.fixture
def written():
    """What a logger of its own writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    log = logging.getLogger("revenue_command_center.test")
    log.addHandler(handler)
    yield log, stream
    log.removeHandler(handler)


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=list(PAYLOADS))
def test_no_text_forges_a_line(text, written):
    log, stream = written
    log.error("%s has signed in", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("a page failed")

    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert [json.loads(line)["level"] for line in lines] == ["error", "error"]
    assert all(line.isprintable() and line.isascii() for line in lines)


@pytest.mark.parametrize(("text", "secret"), SECRETS.items(), ids=list(SECRETS))
def test_no_secret_is_kept(text, secret, written):
    log, stream = written
    log.warning(text)
    log.warning("asked for %s", text)
    try:
        raise OSError(text)
    except OSError:
        log.exception("not sent")

    assert secret in text
    assert secret not in stream.getvalue()
    assert "…" in without_secrets(text)


def test_what_is_no_secret_stays():
    said = "The database was rolled back: entry 40 is not the one that was read before. See https://example.org"
    assert without_secrets(said) == said


def test_a_call_that_does_not_fit_its_words_is_a_line_as_well():
    record = logging.LogRecord("any", logging.ERROR, "file.py", 1, "%s and %d\nforged", ("one",), None)
    assert json.loads(JsonLine().format(record))["message"] == "%s and %d\nforged ('one',)"


_LOGGERS = (
    "",
    "revenue_command_center",
    "streamlit",
    "streamlit.new",
    "uvicorn",
    "uvicorn.error",
    "asyncio",
    "py.warnings",
)
_SPEAK = """
import logging, threading, warnings
import streamlit
from streamlit.logger import get_logger
from router.log_lines import write_lines
write_lines()
from uvicorn import Config
Config("app:app", access_log=True)
write_lines()
get_logger("streamlit.new")
for name in NAMES:
    logging.getLogger(name).warning("said by %s\\n{}", name)
logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "::1", "GET", "/?token=s3cret\\nforged", "1.1", 200)
warnings.warn("old\\nforged")
def fail():
    raise ValueError("password=hunter2\\nforged")
thread = threading.Thread(target=fail); thread.start(); thread.join()
"""


def test_whoever_writes_writes_one_such_line_once():
    """Us, Streamlit, uvicorn with its own settings, libraries, Python's warnings, a thread that fails."""
    code = _SPEAK.replace("NAMES", repr(_LOGGERS))
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    lines = [json.loads(line) for line in (said.stderr + said.stdout).splitlines()]
    for name in _LOGGERS:
        assert sum(line["message"].startswith(f"said by {name}\n") for line in lines) == 1, name
    told = "".join(line["message"] + line.get("error", "") for line in lines)
    assert "old" in told and "a thread failed" in told and "GET" in told
    assert "s3cret" not in said.stderr + said.stdout and "hunter2" not in said.stderr + said.stdout


@pytest.fixture
def server(tmp_path):
    """The app on a port of this machine, with what it writes kept in a file."""
    site = write_site(tmp_path)
    site.workspace.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    names = {"RCC_WORKSPACE": site.workspace, "RCC_CONFIG": site.config, "RCC_TICK_MINUTES": 0}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
    with (tmp_path / "stderr").open("wb") as kept:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **{name: str(value) for name, value in names.items()}}, stderr=kept,
            stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            _await(port, process)
            yield site, port, tmp_path / "stderr"
        finally:
            process.terminate()
            process.wait(20)


def _await(port, process):
    for _ in range(300):
        assert process.poll() is None, "the server stopped"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)


def test_a_running_server_writes_nothing_but_such_lines(server):
    """A page that fails, requests that are none, a log that cannot be read."""
    site, port, kept = server
    now = datetime.now(UTC)
    token = open_session(site, begin(site, LOCAL_PERSON.id, "password", now), "127.0.0.1", now)
    (site.workspace / "current").mkdir()  # where a file should be
    asked = BackMsg()
    asked.rerun_script.query_string = "token=s3cret&x=\n{}"
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", additional_headers={"Cookie": f"{COOKIE}={token}"},
        origin=f"http://127.0.0.1:{port}", max_size=None,
    ) as page:  # fmt: skip
        page.send(asked.SerializeToString())
        _until(kept, "a page failed")
    for sent in (b"\x00\xff forged\r\n\r\n", b"GET /%0aCRITICAL?password=hunter2 HTTP/9.9\r\nHost: x\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(sent)
            line.recv(1000)
    _until(kept, "Invalid HTTP request")

    text = kept.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"revenue_command_center", "uvicorn.error"} <= {line["logger"] for line in lines}
    assert any("Traceback" in line.get("error", "") for line in lines)
    assert not [secret for secret in (token, "hunter2", "s3cret") if secret in text]


def test_long_text_is_looked_through_in_no_time():
    before = time.process_time()

    for text in ("a." * 20_000, "a-" * 20_000 + "://x", "password" + " " * 40_000, "http://" * 6_000):
        without_secrets(text)

    assert time.process_time() - before < 2


def _until(file, words):
    for _ in range(150):
        if words in file.read_text():
            return
        time.sleep(0.2)
    raise AssertionError(f"{words!r} is not said in: {file.read_text()}")


def test_health_tells_a_monitor_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setenv("RCC_WORKSPACE", str(tmp_path / "workspace"))
    assert _asked() == (200, {"status": "ok"})

    class Broken:
        def log(self):
            raise Damaged("Entry 3 is bad: /srv/secret/decisions.sqlite3")

    monkeypatch.setattr(health_page.Site, "from_environment", lambda: Broken())
    assert _asked() == (503, {"status": "failing", "log": "Damaged"})


def _asked():
    answer = asyncio.run(health_page.health(None))
    return answer.status_code, json.loads(answer.body)
