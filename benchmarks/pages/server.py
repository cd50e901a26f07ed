"""The app as people start it, on a copy of a workspace that has lived, with its processor time and memory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from services.sign_in import begin, open_session
from services.site import Site

_CONFIG = Path("config")
_UP_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running app: its port, the site it serves and its process."""

    port: int
    site: Site
    process: psutil.Process

    def token(self, person: str) -> str:
        """A session of a person, as the cookie holds it."""
        now = datetime.now(UTC)
        token = open_session(self.site, begin(self.site, person, "password", now), "127.0.0.1", now)
        assert token is not None
        return token

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def memory_mb(self) -> float:
        """Resident memory."""
        return float(self.process.memory_info().rss) / 2**20


@contextmanager
def serving(workspace: Path | None) -> Iterator[Server]:
    """The app on a free port of this machine, over a copy of the workspace or a sample company made for it."""
    with tempfile.TemporaryDirectory() as scratch:
        site = Site(Path(scratch) / "workspace", _CONFIG)
        if workspace is None:
            said = {**os.environ, "RCC_WORKSPACE": str(site.workspace)}
            subprocess.run([sys.executable, "-m", "services.first_start"], env=said, check=True)
        else:
            shutil.copytree(workspace, site.workspace)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = _start(site, port)
        try:
            _await_health(port)
            yield Server(port, site, psutil.Process(process.pid))
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _start(site: Site, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
    environment = {**os.environ, "RCC_WORKSPACE": str(site.workspace), "RCC_TICK_MINUTES": "0"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _await_health(port: int) -> None:
    deadline = time.monotonic() + _UP_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not come up")
