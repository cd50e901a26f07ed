"""An event: one thing that happened to a subject of the log, as a person or the clockwork reported it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """The base of all events.

    Each event names itself by `kind: Literal["stream.what"]` and is one line in the union of `events.py`.
    An event is never changed; one that was wrong is followed by another that says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str

    @property
    def stream(self) -> str:
        """What sort of subject it happened to: the part of the kind before the dot."""
        return self.kind.partition(".")[0]
