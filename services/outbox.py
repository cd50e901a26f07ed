"""The outbox: telling people something, without a page ever waiting for the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from decision_log.entry import Addition
from decision_log.outbox import Attachment, MessageQueued, Task, Topic, subject_of


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
