"""The outbox: messages to people, and what became of each on every channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .entry import Entry
from .event import Event

Topic = Literal["action", "escalation", "closeout", "packet", "quality"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attachment(_Part):
    """A file that goes with a message: its text, or the place of its bytes in the workspace and their SHA-256."""

    name: str
    media_type: str
    text: str = ""
    file: str = ""
    sha256: str = ""


class Task(_Part):
    """What a task tool needs of an action."""

    id: str
    text: str
    assignee: str
    due_on: date


class MessageQueued(Event):
    """Something people are to be told; `to` are persons' ids, mail addresses or free names."""

    kind: Literal["message.queued"] = "message.queued"
    topic: Topic
    to: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    task: Task | None = None


class MessageAttempted(Event):
    """A process is about to send it on a channel; without an outcome others may try again from `retry_at` on."""

    kind: Literal["message.attempted"] = "message.attempted"
    channel: str
    retry_at: datetime


class MessageSent(Event):
    """The channel took it."""

    kind: Literal["message.sent"] = "message.sent"
    channel: str


class MessageFailed(Event):
    """The channel did not take it; the next attempt, if one is left, is due at `retry_at`."""

    kind: Literal["message.failed"] = "message.failed"
    channel: str
    error: str
    retry_at: datetime


class MessageRetried(Event):
    """Somebody asks for fresh attempts on a channel that was given up."""

    kind: Literal["message.retried"] = "message.retried"
    channel: str


AnyMessageEvent = MessageQueued | MessageAttempted | MessageSent | MessageFailed | MessageRetried


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on one channel: how often it was tried and when last, when it was sent, else why not and when next."""

    attempts: int = 0
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""
    retry_at: datetime | None = None

    def is_due(self, now: datetime, most: int) -> bool:
        """Whether it is to be tried now; at most `most` times."""
        return self.sent_at is None and self.attempts < most and (self.retry_at is None or now >= self.retry_at)

    def has_just_failed(self, now: datetime, within: timedelta) -> bool:
        """Whether the last attempt was not long ago and came to nothing."""
        return self.sent_at is None and self.tried_at is not None and now - self.tried_at < within

    def is_given_up(self, most: int) -> bool:
        """Whether every attempt has failed."""
        return self.sent_at is None and self.attempts >= most and bool(self.error)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its entries tell it; `subject` and `version` name it in the log and its newest entry there."""

    subject: str
    version: int
    queued_at: datetime
    queued_by: str
    queued: MessageQueued
    deliveries: Mapping[str, Delivery]

    @property
    def id(self) -> str:
        """What a receiver tells a message sent twice by."""
        return self.subject.partition("/")[2]

    def on(self, channel: str) -> Delivery:
        """What became of it on a channel."""
        return self.deliveries.get(channel, Delivery())


def subject_of(dedupe_id: str) -> str:
    """The log's subject of a message."""
    return f"message/{dedupe_id}"


def messages(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Message, ...]:
    """Every message of the stream, oldest first."""
    return tuple(message_of(lines) for lines in subjects.values())


def message_of(lines: tuple[Entry, ...]) -> Message:
    """The message of a subject's entries, oldest first."""
    first = lines[0]
    assert isinstance(first.event, MessageQueued), "a message begins with being queued"
    found: dict[str, Delivery] = {}
    for entry in lines[1:]:
        event = entry.event
        match event:
            case MessageAttempted(channel=channel, retry_at=retry_at):
                before = found.get(channel, Delivery())
                error = before.error or "no answer yet"
                found[channel] = Delivery(before.attempts + 1, entry.at, error=error, retry_at=retry_at)
            case MessageSent(channel=channel):
                found[channel] = replace(found.get(channel, Delivery()), sent_at=entry.at, error="", retry_at=None)
            case MessageFailed(channel=channel, error=error, retry_at=retry_at):
                found[channel] = replace(found.get(channel, Delivery()), error=error, retry_at=retry_at)
            case MessageRetried(channel=channel):
                found[channel] = Delivery()
    return Message(first.subject, lines[-1].version, first.at, first.by, first.event, found)
