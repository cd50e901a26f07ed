"""Imports one file in a process of its own and prints its most memory (MB) and its time (s) as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from .census import case_of
from .cost import Cost, memory
from .judge import import_files, setting


def main() -> None:
    case = case_of(sys.argv[1], int(sys.argv[2]))
    files = {**case.beside, **case.files}
    del case
    setting()
    cost = Cost()
    with tempfile.TemporaryDirectory() as home, cost:
        import_files(files, Path(home))
    print(json.dumps([memory("VmHWM"), cost.seconds]))


if __name__ == "__main__":
    main()
