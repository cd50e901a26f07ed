"""The deeds of the sample company's people: in their order, in their time, by people who exist."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from kpi_engine.yaml_strict import load_model
from services.directory import load_directory
from services.episodes import all_episodes
from services.people import allowed
from services.sample_deeds import FILE, Deeds, do_deeds
from services.site import Site

from .lives import Company, monday
from .small_company import ROOT

WEEK = timedelta(weeks=1)


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    shutil.copy(ROOT / "config" / "people.yaml", tmp_path / "config")
    return Site(tmp_path / "workspace", tmp_path / "config")


def test_deeds_are_done_once_in_their_week(site, tmp_path, monkeypatch):
    file = tmp_path / "deeds.yaml"
    deed = "{kpi: win_rate, slice: Enterprise, by: hugo, hours: "
    file.write_text(f"""deeds:
  - {deed}30, opinion: real, text: Seen}}
  - {deed}5, clock: root_cause, text: Price}}
  - {deed}400, step: 1}}
  - {{kpi: win_rate, slice: Enterprise, by: nobody, hours: 1, step: 0}}
  - {{kpi: nrr, slice: (all), by: hugo, hours: 1, step: 0}}
""")
    Company(site, monkeypatch).live("red")

    assert do_deeds(site, monday(1), monday(1) + WEEK, file) == ()
    assert do_deeds(site, monday(1), monday(1) + WEEK, file) == ()

    (episode,) = all_episodes(site).values()
    assert (episode.clocks[0].met.at, episode.clocks[0].met.by) == (monday(1) + timedelta(hours=5), "hugo")
    assert [one.at for one in episode.feedback] == [monday(1) + timedelta(hours=30)]
    assert episode.steps == (None, None)


def test_the_shipped_deeds_are_those_of_people_and_kpis_that_exist(site):
    told, problems = load_model(FILE, Deeds)
    directory, _ = load_directory(site)

    assert problems == []
    for deed in told.deeds:
        assert (ROOT / "config" / "contracts" / f"{deed.kpi}.yaml").exists()
        assert allowed(directory.person(deed.by), "complete_action")
        assert [deed.clock, deed.step, deed.opinion].count(None) == 2
        assert deed.text or deed.step is not None
