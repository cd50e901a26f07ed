"""The command line: `python -m kpi_engine COMMAND`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import get_args

from ..period import WindowName
from .assess import assess
from .check import check
from .explain import explain_kpi
from .load import load
from .readings import readings
from .sample import sample
from .setting import ERR, ROOT, Stop

Command = Callable[[argparse.Namespace], int]
EPILOG = "Exit codes: 0 done · 1 something to mend (printed) · 2 wrong usage · 70 a fault of the program"


def run(words: list[str] | None = None) -> int:
    """Runs a command and gives its exit code; no traceback reaches a person."""
    arguments = parser().parse_args(words)
    command: Command = arguments.command
    try:
        return command(arguments)
    except Stop as stop:
        for problem in stop.args:
            ERR.print(problem, markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        if arguments.debug:
            raise
        ERR.print(
            f"unexpected fault: {type(error).__name__}: {error}; run again with --debug for details", markup=False
        )
        return 70


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    main = argparse.ArgumentParser(prog="kpi_engine", description=__doc__, epilog=EPILOG)
    commands = main.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _command(commands, "check", check, "check contracts, mappings, known issues and contract tests")

    one = _command(commands, "import", load, "publish a folder of exports as a snapshot, or say what to mend")
    one.add_argument("folder", type=Path)
    one.add_argument("--mapping", metavar="NAME", help="use only this mapping")
    one.add_argument("--exclude-unreadable", metavar="REASON", help="accept the rest and record what was left out")
    one.add_argument(
        "--data-on", type=_day, metavar="DATE", help="the day the data speaks of (default: its last event)"
    )
    one.add_argument("--format", choices=("text", "json"), default="text")

    one = _command(commands, "readings", readings, "print readings")
    one.add_argument("--kpi", action="extend", nargs="+", default=[], metavar="ID", help="KPI id or alias")
    one.add_argument("--by", action="append", default=[], metavar="DIMENSION")
    one.add_argument("--window", choices=[name for name in get_args(WindowName) if name != "span"])
    _as_of(one)
    one.add_argument("--from", dest="first", type=_day, metavar="DATE", help="with --to: one period of any length")
    one.add_argument("--to", dest="last", type=_day, metavar="DATE")
    one.add_argument("--format", choices=("table", "csv", "json"), default="table")

    one = _command(commands, "assess", assess, "print the cards of a day")
    _as_of(one)
    one.add_argument("--format", choices=("text", "json"), default="text")

    one = _command(commands, "explain", explain_kpi, "say how a number comes about, with SQL to check it")
    one.add_argument("kpi", metavar="KPI")
    _as_of(one)

    one = _command(commands, "sample", sample, "write the sample company's exports")
    one.add_argument("folder", type=Path)
    one.add_argument("--seed", type=int, default=7)
    one.add_argument("--months", type=int, default=30, choices=range(1, 121), metavar="1…120")
    return main


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, command: Command, purpose: str
) -> argparse.ArgumentParser:
    one = commands.add_parser(name, help=purpose, description=command.__doc__, epilog=EPILOG)
    one.set_defaults(command=command)
    one.add_argument("--workspace", type=Path, default=ROOT / "data" / "workspace", metavar="DIR")
    one.add_argument("--contracts", type=Path, default=ROOT / "config" / "contracts", metavar="DIR")
    one.add_argument("--mappings", type=Path, default=ROOT / "config" / "mappings", metavar="DIR")
    one.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    return one


def _as_of(one: argparse.ArgumentParser) -> None:
    one.add_argument("--as-of", type=_day, metavar="DATE", help="the day to judge for (default: the data's last day)")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-06-28") from None
