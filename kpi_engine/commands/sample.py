"""`sample`: writes the exports of the sample company."""

from __future__ import annotations

import argparse

from ..sample import write_sample
from .setting import OUT, working


def sample(arguments: argparse.Namespace) -> int:
    """Writes the exports into the folder and says how many."""
    with working("Writing the sample company's exports…"):
        files = write_sample(arguments.folder, seed=arguments.seed, months=arguments.months)
    OUT.print(f"{len(files)} exports in {arguments.folder}", markup=False)
    return 0
