"""Every kind of event. A new kind is a class in the module of its stream and its line here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from .action import AnyActionEvent
from .assumption import AnyAssumptionEvent
from .closeout import AnyCloseoutEvent
from .culture import AnyCultureEvent
from .decision import DecisionTaken
from .episode_events import AnyEpisodeEvent
from .event import Event
from .formula import FormulasSealed
from .indicator import IndicatorEntered
from .known_issue import KnownIssueChanged
from .load import AnyLoadEvent
from .meeting import AnyMeetingEvent
from .memo import MemoPublished
from .outbox import AnyMessageEvent
from .packet import AnyPacketEvent
from .person import AnyPersonEvent
from .proposal import ProposalFiled, ProposalRead
from .report import ReportPublished
from .review import AnyReviewEvent
from .tick import TickRan

AnyEvent = Annotated[
    DecisionTaken
    | AnyEpisodeEvent
    | TickRan
    | AnyPersonEvent
    | ProposalFiled
    | ProposalRead
    | AnyActionEvent
    | AnyAssumptionEvent
    | AnyCloseoutEvent
    | AnyCultureEvent
    | AnyMessageEvent
    | AnyLoadEvent
    | AnyMeetingEvent
    | MemoPublished
    | AnyPacketEvent
    | ReportPublished
    | AnyReviewEvent
    | IndicatorEntered
    | FormulasSealed
    | KnownIssueChanged,
    Field(discriminator="kind"),
]

_EVENT: TypeAdapter[Event] = TypeAdapter(AnyEvent)


def parse(body: str) -> Event:
    """The event of a stored body."""
    return _EVENT.validate_json(body)
