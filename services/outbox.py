"""The outbox: telling people something, without a page ever waiting for the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import uuid4

from decision_log.entry import Addition, Conflict
from decision_log.outbox import (
    Attachment,
    Message,
    MessageAttempted,
    MessageFailed,
    MessageQueued,
    MessageRetried,
    MessageSent,
    Task,
    Topic,
    messages,
    subject_of,
)
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from .channels import OutboxSettings
from .channels.letter import Channel, Enclosure, Letter, NotDelivered
from .directory import Directory, load_directory
from .people import CLOCKWORK, Person, require
from .site import Site

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=8)
# A channel that fails so often in a row is down: the rest of its messages wait for another minute.
_PATIENCE = 3


def message(
    dedupe_id: str,
    to: Iterable[str],
    subject: str,
    text: str,
    *,
    topic: Topic,
    attachments: Sequence[Attachment] = (),
    task: Task | None = None,
) -> Addition:
    """A message to be added to the log together with its cause; the same id is never queued twice.

    `to` are persons' ids, mail addresses or free names.
    """
    queued = MessageQueued(
        topic=topic,
        to=tuple(dict.fromkeys(to)),
        subject=" ".join(subject.split()),
        text=text,
        attachments=tuple(attachments),
        task=task,
    )
    return Addition(subject_of(dedupe_id), queued, subject_of(dedupe_id))


def load_outbox(site: Site) -> tuple[OutboxSettings, tuple[Problem, ...]]:
    """The channels of `config/outbox.yaml`; none without the file, or while there is something to mend in it."""
    file = site.config / "outbox.yaml"
    if not file.exists():
        return OutboxSettings(), ()
    found, problems = load_model(file, OutboxSettings)
    return (found or OutboxSettings()).within(site.workspace), tuple(problems)


def deliver(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Try every message that is due on every channel that wants it; run it as often as you like, by any process."""
    settings, _ = load_outbox(site)
    directory, _ = load_directory(site)
    waiting = messages(site.log().stream("message")) if settings.channels else ()
    done = []
    for channel in settings.channels:
        tally = Counter(_deliver_on(site, directory, settings, channel, waiting, now))
        if tally:
            done.append(f"Outbox, {channel.name}: {tally[True]} sent, {tally[False]} failed")
    return tuple(done)


def _deliver_on(
    site: Site, directory: Directory, settings: OutboxSettings, channel: Channel, waiting: Sequence[Message],
    now: datetime,
) -> Iterable[bool]:  # fmt: skip
    just_failed = sum(one.on(channel.name).has_just_failed(now, _FIRST_WAIT) for one in waiting)
    failed_in_a_row = min(just_failed, _PATIENCE)
    # What has failed before comes last, so that it holds up nobody.
    for one in sorted(waiting, key=lambda one: one.on(channel.name).attempts):
        due = one.on(channel.name).is_due(now, settings.max_attempts) and not _is_too_old(one, settings, now)
        if not due or not channel.wants(_letter(one, directory)):
            continue
        if failed_in_a_row == _PATIENCE:
            return
        sent = _attempt(site, directory, channel, one.subject, settings.max_attempts, now)
        if sent is not None:
            failed_in_a_row = 0 if sent else failed_in_a_row + 1
            yield sent


def _attempt(site: Site, directory: Directory, channel: Channel, subject: str, most: int, now: datetime) -> bool | None:
    """Claim the message in the log, send it, say what became of it; None if another process has it."""
    log = site.log()
    (one,) = messages({subject: log.of(subject)})
    delivery = one.on(channel.name)
    if not delivery.is_due(now, most):
        return None
    retry_at = now + min(_FIRST_WAIT * 4**delivery.attempts, _LONGEST_WAIT)
    claim = MessageAttempted(channel=channel.name, retry_at=retry_at)
    try:
        log.add([Addition(subject, claim, uuid4().hex, version=one.version + 1)], CLOCKWORK, now)
    except Conflict:
        return None
    outcome: MessageSent | MessageFailed
    try:
        channel.send(_letter(one, directory, site))
        outcome = MessageSent(channel=channel.name)
    except NotDelivered as reason:
        outcome = MessageFailed(channel=channel.name, error=str(reason)[:300], retry_at=retry_at)
    log.add([Addition(subject, outcome, uuid4().hex)], CLOCKWORK, now)
    return isinstance(outcome, MessageSent)


def _letter(one: Message, directory: Directory, site: Site | None = None) -> Letter:
    """The message with names and addresses; attached files are read only for a site, that is, to be sent."""
    people = [(to, directory.person(to)) for to in one.queued.to]
    known = (to if person is None else person.email for to, person in people)
    return Letter(
        id=sha256(one.subject.encode()).hexdigest()[:32],
        topic=one.queued.topic,
        names=tuple(to if person is None else person.name for to, person in people),
        addresses=tuple(address for address in known if "@" in address),
        subject=one.queued.subject,
        text=one.queued.text,
        enclosures=tuple(_enclosure(site, each) for each in one.queued.attachments) if site else (),
        task=one.queued.task,
    )


def _enclosure(site: Site, attached: Attachment) -> Enclosure:
    """The file's bytes; raises `NotDelivered` if they are no longer what was queued."""
    if not attached.file:
        return Enclosure(attached.name, attached.media_type, attached.text.encode())
    path = (site.workspace / attached.file).resolve()
    if not path.is_relative_to(site.workspace.resolve()) or not path.is_file():
        raise NotDelivered(f"the attachment {attached.name} is gone")
    content = path.read_bytes()
    if sha256(content).hexdigest() != attached.sha256:
        raise NotDelivered(f"the attachment {attached.name} has changed")
    return Enclosure(attached.name, attached.media_type, content)


def _is_too_old(one: Message, settings: OutboxSettings, now: datetime) -> bool:
    return now - one.queued_at > timedelta(days=settings.max_age_days)


Standing = Literal["given up", "failing", "not sent", "waiting", "sent"]


@dataclass(frozen=True, slots=True)
class Line:
    """A message on one channel (`channel` is empty where none takes it), and why it stands so."""

    message: Message
    to: tuple[str, ...]
    channel: str
    standing: Standing
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """Every message with what became of it, troubles first, then the newest."""

    lines: tuple[Line, ...]
    channels: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def troubles(self) -> tuple[Line, ...]:
        """What fails or was given up."""
        return tuple(line for line in self.lines if line.standing in ("failing", "given up"))


def outbox(site: Site, person: Person, now: datetime) -> Outbox:
    """The outbox as it stands; for facilitators and administrators."""
    require(person, "tend_outbox")
    settings, problems = load_outbox(site)
    directory, more = load_directory(site)
    found = [
        line
        for one in reversed(messages(site.log().stream("message")))
        for line in _lines(one, _letter(one, directory), settings, now)
    ]
    order: tuple[Standing, ...] = ("given up", "failing", "waiting", "not sent", "sent")
    found.sort(key=lambda line: order.index(line.standing))
    return Outbox(tuple(found), tuple(one.name for one in settings.channels), (*problems, *more))


def try_again(site: Site, person: Person, subject: str, channel: str, *, version: int, now: datetime) -> None:
    """Give a message fresh attempts on a channel; nothing happens if somebody was faster."""
    require(person, "tend_outbox")
    retried = MessageRetried(channel=channel)
    site.log().add([Addition(subject, retried, f"{subject}/retried/{version}")], person.id, now)


def _lines(one: Message, letter: Letter, settings: OutboxSettings, now: datetime) -> Iterable[Line]:
    wanting = [channel for channel in settings.channels if channel.wants(letter)]
    if not wanting:
        reason = "no channel takes it" if settings.channels else ""
        yield Line(one, letter.names, "", "not sent", reason, 0)
    for channel in wanting:
        delivery = one.on(channel.name)
        standing: Standing = "waiting"
        reason = ""
        if delivery.sent_at is not None:
            standing = "sent"
        elif delivery.is_given_up(settings.max_attempts):
            standing, reason = "given up", delivery.error
        elif _is_too_old(one, settings, now):
            standing, reason = "not sent", delivery.error or f"older than {settings.max_age_days} days"
        elif delivery.error:
            standing, reason = "failing", delivery.error
        yield Line(one, letter.names, channel.name, standing, reason, delivery.attempts)
