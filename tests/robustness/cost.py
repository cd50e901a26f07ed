"""What an import costs: processor seconds, and how much memory it took beyond what the process held."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Self

_STATUS = Path("/proc/self/status")


class Cost:
    """Measures what runs within it. Beyond Linux the memory is unknown and counts as none."""

    def __init__(self) -> None:
        self.seconds = self.megabytes = 0.0

    def __enter__(self) -> Self:
        if _STATUS.exists():
            Path("/proc/self/clear_refs").write_text("5")  # the most memory so far is forgotten
        self._held, self._started = memory("VmRSS"), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self._started
        self.megabytes = memory("VmHWM") - self._held


def memory(name: str) -> float:
    """What the process holds now (VmRSS) or held at most (VmHWM), in MB."""
    # Not ru_maxrss: that begins with what the process held that started this one.
    found = re.search(rf"{name}:\s+(\d+) kB", _STATUS.read_text()) if _STATUS.exists() else None
    return int(found[1]) / 1024 if found else 0.0
