"""Every kind of event. A new kind is a class in the module of its stream and its line here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from .action import AnyActionEvent
from .closeout import AnyCloseoutEvent
from .decision import DecisionTaken
from .event import Event
from .outbox import AnyMessageEvent
from .person import AnyPersonEvent

AnyEvent = Annotated[
    DecisionTaken | AnyPersonEvent | AnyActionEvent | AnyCloseoutEvent | AnyMessageEvent,
    Field(discriminator="kind"),
]

_EVENT: TypeAdapter[Event] = TypeAdapter(AnyEvent)


def parse(body: str) -> Event:
    """The event of a stored body."""
    return _EVENT.validate_json(body)
