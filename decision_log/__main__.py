"""`python -m decision_log`."""

import sys

from .commands import run

sys.exit(run())
