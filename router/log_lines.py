"""The server's own log: one JSON object a line, so that no text can forge a line, and no secret in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

OURS = "revenue_command_center"
# What must not be kept: what follows the name of a secret, and of addresses everything behind the host.
_SECRET = re.compile(
    r"""(?ix) ( (?:password|passphrase|secret|token|ticket|cookie|authorization|api[_-]?key|rcc_session)
    ["']? \s* [:=] \s* (?:bearer\s+)? ["']? ) [^\s"',;&}]+ """
)
_USER = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@'\"]+@")
_ADDRESS = re.compile(r"(?i)\b(https?://[^\s/?#'\"]+)[/?#][^\s'\"]*")


class JsonLine(logging.Formatter):
    """`at` (UTC), `level`, `logger`, `message`, and `error` with the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in one line; control signs in it are escaped."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line)


def without_secrets(text: str) -> str:
    """The text without passwords, tokens, and the paths of addresses, which in web hooks are the secret."""
    return _ADDRESS.sub(r"\1/…", _USER.sub(r"\1…@", _SECRET.sub(r"\1…", text)))


def write_lines() -> None:
    """Let our loggers write such lines to standard error, from INFO on; asked again, it changes nothing."""
    log = logging.getLogger(OURS)
    if not any(isinstance(handler.formatter, JsonLine) for handler in log.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLine())
        log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
