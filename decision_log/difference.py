"""What one wording says otherwise than the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, and its content before and after."""

    field: str
    before: Any
    after: Any


def differences(shape: type[BaseModel], before: BaseModel, after: BaseModel) -> tuple[Difference, ...]:
    """The fields of `shape` that two wordings fill in differently, in the order in which they stand there."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in shape.model_fields)
    return tuple(Difference(name, was, is_) for name, was, is_ in pairs if was != is_)
