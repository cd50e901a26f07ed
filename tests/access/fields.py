"""The text fields of the log: every one is either typed by somebody or the name of a thing, and a test asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from decision_log.events import AnyEvent


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


TYPED = words(
    "action_text assignee because cancelled_because cause change changed closeout_criteria context correction cut "
    "decided_by do effect error evidence expected_impact facts fewer_hypotheses files forecast_implication "
    "forecast_implications forum_name headline late left_out_reason link name narrated_by narrative next_pre_read "
    "note override_reason owner preferred_because purpose reason rejected_options revisit_if stance steps subject "
    "suspicions text title told what what_happened what_we_learned where why audience"
)
"""Fields of events that hold what people typed, or what a file of theirs said."""
NOT_TYPED = words(
    "card_key channel configuration content contract dashboard decision decision_owner dimension earlier email "
    "engine episode facilitator attendees file forum formulas from_snapshot how html id key kpi kind log_hash "
    "log_root media_type meeting metric_dimension metric_kpi metric_slice onto opens pdf published_at roles rule "
    "scope session sha256 slice snapshot step time_zone titles to topic variant window"
)
"""Fields that hold names of things and fingerprints: chosen from lists, or made by the program."""


def events() -> dict[str, type[BaseModel]]:
    """Every kind of event."""
    return {model.model_fields["kind"].default: model for model in _models(AnyEvent)}


def texts_of(annotation: Any, path: str = "") -> Iterator[str]:
    """The paths of all fields that hold free text, `kind` left out."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if name != "kind":
                yield from texts_of(field.annotation, f"{path}.{name}" if path else name)
    elif annotation is str:
        yield path
    elif get_origin(annotation) is not Literal:
        for inner in get_args(annotation):
            yield from texts_of(inner, path)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
