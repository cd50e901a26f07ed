"""`python -m kpi_engine`."""

import sys

from .commands import run

sys.exit(run())
