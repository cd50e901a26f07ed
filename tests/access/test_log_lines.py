"""The server's log: one line for each thing said, whatever was said, and no secret; and its health."""

import asyncio
import io
import json
import logging

import pytest

from decision_log.failure import Damaged
from router import health as health_page
from router.log_lines import JsonLine, without_secrets, write_lines

from .payloads import PAYLOADS

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


def test_our_loggers_write_one_handler_however_often_they_are_asked():
    log = logging.getLogger("revenue_command_center")
    before = (list(log.handlers), log.level, log.propagate)
    try:
        write_lines()
        write_lines()
        assert sum(isinstance(handler.formatter, JsonLine) for handler in log.handlers) == 1
    finally:
        log.handlers, log.level, log.propagate = before


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
