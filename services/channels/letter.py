"""A letter: a message with people's addresses and attachments looked up, ready for any channel."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from decision_log.outbox import Task, Topic


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An attached file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a channel sends; `id` is the same each time the same message is tried again."""

    id: str
    topic: Topic
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    subject: str
    text: str
    enclosures: tuple[Enclosure, ...]
    task: Task | None


class NotDelivered(Exception):
    """The channel did not take the letter; the text says why and holds no secret."""


class Settings(BaseModel):
    """What every kind of channel is configured with: its name, and the topics it carries (none named: all)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    topics: tuple[Topic, ...] = ()

    def wants(self, letter: Letter) -> bool:
        """Whether the letter's topic goes this way."""
        return not self.topics or letter.topic in self.topics


class Channel(Protocol):
    """A way to people."""

    @property
    def name(self) -> str:
        """What the log and the pages call it."""

    def wants(self, letter: Letter) -> bool:
        """Whether the letter goes this way at all."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over, or raise `NotDelivered`."""


def secret(variable: str) -> str:
    """A secret from the environment; raises `NotDelivered` where it is not set."""
    found = os.environ.get(variable)
    if not found:
        raise NotDelivered(f"the environment variable {variable} is not set")
    return found
