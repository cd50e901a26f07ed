"""The server's log: one JSON object a line, whoever writes it, so that no text can forge a line; no secret in it."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime

from streamlit import logger as streamlits

OURS = "revenue_command_center"
# What must not be kept: what follows the name of a secret, and of addresses everything behind the host.
_SECRET = re.compile(
    r"""(?ix) ( (?:password|passphrase|secret|token|ticket|cookie|authorization|api[_-]?key|rcc_session)
    ["']? \s* [:=] \s* (?:bearer\s+)? ["']? ) [^\s"',;&}]+ """
)
_USER = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,40}://)[^\s/@'\"]+@")
_ADDRESS = re.compile(r"(?i)\b(https?://[^\s/?#'\"]+)[/?#][^\s'\"]*")


class JsonLine(logging.Formatter):
    """`at` (UTC), `level`, `logger`, `message`, and `error` with the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in one line; control signs in it are escaped."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(_message(record)),
        }
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line)


def without_secrets(text: str) -> str:
    """The text without passwords, tokens, and the paths of addresses, which in web hooks are the secret."""
    return _ADDRESS.sub(r"\1/…", _USER.sub(r"\1…@", _SECRET.sub(r"\1…", text)))


def _message(record: logging.LogRecord) -> str:
    """What is said; a call that does not fit its words is no reason to print a traceback among the lines."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"


def write_lines() -> None:
    """Let everybody write such lines: us from INFO on, Streamlit, uvicorn, warnings, whatever fails in a thread.

    Asked again, it changes only what has come since: uvicorn sets up its own handlers when it starts, and
    Streamlit gives one to each of its loggers when that is first asked for.
    """
    _handled(logging.getLogger(OURS))
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.getLogger(OURS).propagate = False
    _handled(logging.root)
    for log in (logging.root, *logging.root.manager.loggerDict.values()):
        if isinstance(log, logging.Logger):
            _lines_only(log)
    if logging.lastResort is not None:  # where uvicorn takes Streamlit's handlers away
        logging.lastResort.setFormatter(JsonLine())
    if streamlits.setup_formatter is not _as_streamlit_does:
        streamlits.setup_formatter = _as_streamlit_does
    logging.captureWarnings(True)
    threading.excepthook = _failed


def _handled(log: logging.Logger) -> None:
    if not any(isinstance(handler.formatter, JsonLine) for handler in log.handlers):
        log.addHandler(logging.StreamHandler(sys.stderr))
        _lines_only(log)


def _lines_only(log: logging.Logger) -> None:
    """Its handlers for the console keep their place, and write as we do."""
    for handler in log.handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream in (sys.stderr, sys.stdout):
            handler.setFormatter(JsonLine())


_streamlits_own = streamlits.setup_formatter


def _as_streamlit_does(log: logging.Logger) -> None:
    """Its handler for a logger, with our formatter."""
    _streamlits_own(log)
    _lines_only(log)


def _failed(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        logging.getLogger(OURS).error("a thread failed", exc_info=told.exc_value)
