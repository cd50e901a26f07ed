"""Imports one file in a process of its own and prints its most memory (MB) and its time (s) as JSON."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from pathlib import Path

from .census import case_of
from .judge import import_files, setting


def main() -> None:
    case = case_of(sys.argv[1], int(sys.argv[2]))
    files = {**case.beside, **case.files}
    del case
    setting()
    with tempfile.TemporaryDirectory() as home:
        started = time.process_time()
        import_files(files, Path(home))
        seconds = time.process_time() - started
    print(json.dumps([_most_memory(), seconds]))


def _most_memory() -> float:
    # Not ru_maxrss: that begins with what the process held that started this one.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
