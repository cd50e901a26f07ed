"""The stories people read and the stories the generator plants are the same."""

from __future__ import annotations

from pathlib import Path

import yaml

from kpi_engine.sample.stories import STORIES

FILE = Path(__file__).parents[2] / "data" / "sample" / "stories.yaml"


def test_same_stories_at_the_same_times() -> None:
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))["stories"]
    assert {(story["id"], story["start"], story["end"]) for story in told} == {
        (story.id, story.start, story.end) for story in STORIES
    }


def test_every_story_names_its_card_or_says_why_it_is_quiet() -> None:
    for story in yaml.safe_load(FILE.read_text(encoding="utf-8"))["stories"]:
        assert len({"card", "not_evaluable", "quiet"} & set(story)) == 1, story["id"]
        assert story["title"] and story["planted"] and story["note"]
