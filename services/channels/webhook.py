"""Web hooks: the message as JSON to any tool, or as text to one that reads what Slack reads."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .letter import Letter, Settings, secret
from .pinned_post import pinned_post


class _Hook(Settings):
    """Where to post: `url`, or `url_env` where the address itself is a secret. `hosts` may be asked, no others.

    `addresses` are private ones (of a tool in one's own network) that are allowed all the same.
    """

    url: str = ""
    url_env: str = ""
    hosts: Annotated[tuple[str, ...], Field(min_length=1)]
    addresses: tuple[str, ...] = ()
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if bool(self.url) == bool(self.url_env):
            raise ValueError("name either url or url_env")
        return self

    def _post(self, letter: Letter, content: dict[str, Any]) -> None:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": letter.id,
            "User-Agent": "revenue-command-center",
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        url = self.url or secret(self.url_env)
        pinned_post(
            url, body, headers, hosts=self.hosts, addresses=self.addresses, timeout_seconds=self.timeout_seconds
        )


class Webhook(_Hook):
    """JSON: `id` (also as header `Idempotency-Key`), `topic`, `to`, `subject`, `text` and, of an action, `task`."""

    kind: Literal["webhook"]

    def send(self, letter: Letter) -> None:
        """Post the message."""
        task = None if letter.task is None else letter.task.model_dump(mode="json")
        content = {
            "id": letter.id, "topic": letter.topic, "to": letter.names, "subject": letter.subject,
            "text": letter.text, "task": task,
        }  # fmt: skip
        self._post(letter, content)


class Slack(_Hook):
    """`{"text": …}`, as Slack and tools that follow it read it."""

    kind: Literal["slack"]

    def send(self, letter: Letter) -> None:
        """Post the subject in bold, then the text."""
        subject = _harmless(letter.subject).replace("*", "∗")
        self._post(letter, {"text": f"*{subject}*\n{_harmless(letter.text)}"})


def _harmless(text: str) -> str:
    """Text in which nothing is a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
