"""Where an installation keeps its things: the workspace (snapshots, log) and the configuration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from decision_log.credentials import Credentials
from decision_log.database import Database
from decision_log.drafts import Drafts
from decision_log.log import DecisionLog
from decision_log.sessions import Sessions
from decision_log.source import file_in

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Site:
    """The folders of one installation."""

    workspace: Path
    config: Path

    @classmethod
    def from_environment(cls) -> Site:
        """The folders named by RCC_WORKSPACE and RCC_CONFIG, else those of the checkout."""
        return cls(
            Path(os.environ.get("RCC_WORKSPACE") or _ROOT / "data" / "workspace"),
            Path(os.environ.get("RCC_CONFIG") or _ROOT / "config"),
        )

    @property
    def contracts(self) -> Path:
        """The folder with one YAML file per KPI."""
        return self.config / "contracts"

    @property
    def company(self) -> Path:
        """The file with the company's calendar and currency."""
        return self.config / "company.yaml"

    @property
    def people(self) -> Path:
        """The file with the people of the company and their titles."""
        return self.config / "people.yaml"

    @property
    def decision_inventory(self) -> Path:
        """The file with the company's recurring decisions."""
        return self.config / "decision_inventory.yaml"

    @property
    def forums(self) -> Path:
        """The file with the forums, their audiences and agendas."""
        return self.config / "forums.yaml"

    @property
    def okrs(self) -> Path:
        """The file with the company's objectives and key results."""
        return self.config / "okrs.yaml"

    @property
    def known_issues(self) -> Path:
        """The folder with dated data caveats."""
        return self.config / "known_issues"

    @property
    def mappings(self) -> Path:
        """The folder with one YAML file per export layout."""
        return self.config / "mappings"

    def log(self) -> DecisionLog:
        """The decision log of the workspace, opened once."""
        return _open_log(self._database)

    def credentials(self) -> Credentials:
        """Passwords and guesses."""
        return Credentials(_open(self._database))

    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(_open(self._database))

    def drafts(self) -> Drafts:
        """What people have typed and not sent yet."""
        return Drafts(_open(self._database))

    @property
    def _database(self) -> Path | str:
        return os.environ.get("DATABASE_URL") or file_in(self.workspace)


@cache
def _open(place: Path | str) -> Database:
    return Database.open(place)


@cache
def _open_log(place: Path | str) -> DecisionLog:
    return DecisionLog(_open(place))
