"""Publishing: computed once, read back exactly, one publication per content and day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kpi_engine.problem import Problem
from services import configuration, publication
from services.brief import brief
from services.decide import decide
from services.people import LOCAL_PERSON
from services.publication import assessed, published
from services.site import Site
from tests.pages.assessments import AS_OF, BUSY, WIN_RATE, assessment
from tests.pages.fake_engine import SNAPSHOT, FakeEngine
from tests.services.test_decide import ASKED, CHOICE, MATTER, NOW


class CountingEngine(FakeEngine):
    def __init__(self, assessment):
        super().__init__(assessment)
        self.asked = []

    def assess(self, snapshot, as_of):
        self.asked.append(as_of)
        return replace(super().assess(snapshot, as_of), as_of=as_of)


@pytest.fixture
def site(tmp_path, monkeypatch):
    (tmp_path / "config" / "contracts").mkdir(parents=True)
    monkeypatch.setattr(publication, "current_snapshot", lambda workspace: SNAPSHOT)
    return Site(tmp_path / "workspace", tmp_path / "config")


@pytest.fixture
def engine(monkeypatch):
    engine = CountingEngine(BUSY)
    monkeypatch.setattr(configuration, "_load", lambda site, content, snapshot: (engine, ()))
    return engine


def test_an_assessment_is_read_back_exactly(site, engine):
    found, problems = published(site)

    assert problems == ()
    assert found.assessment == BUSY


def test_viewing_computes_nothing_the_second_time(site, engine):
    first, _ = published(site)
    second, _ = published(site)

    assert first == second
    assert engine.asked == [AS_OF]


def test_an_assessment_alone_leaves_the_readings_for_who_asks_first(site, engine):
    found, _ = assessed(site)
    (folder,) = (site.workspace / "published").iterdir()
    assert (found, [file.name for file in folder.iterdir()]) == (BUSY, ["assessment.json"])

    whole, _ = published(site)
    assert len(whole.readings) > 0
    assert engine.asked == [AS_OF]


def test_another_day_is_another_publication(site, engine):
    published(site)
    earlier, _ = published(site, date(2026, 6, 1))

    assert earlier.assessment.as_of == date(2026, 6, 1)
    assert engine.asked == [AS_OF, date(2026, 6, 1)]


def test_no_day_is_too_early_to_be_asked_for(site, engine):
    found, _ = published(site, date.min)

    assert found.assessment.as_of == date(1970, 1, 1)


def test_no_day_after_the_data_is_judged(site, engine):
    found, _ = published(site, AS_OF + timedelta(days=400))

    assert found.assessment.as_of == AS_OF


def test_a_changed_contract_is_published_anew(site, engine):
    published(site)
    engine.fingerprint = "another contract"
    published(site)

    assert len(engine.asked) == 2


def test_a_changed_contract_asks_for_a_new_engine(site):
    before = configuration.fingerprint(site)
    (site.contracts / "win_rate.yaml").write_text("id: win_rate")

    assert configuration.fingerprint(site) != before


def test_readings_come_back_by_kpi(site, engine):
    found, _ = published(site)

    one = found.readings_of("win_rate", "week")
    assert set(zip(one["kpi"], one["window"], strict=True)) == {("win_rate", "week")}
    assert len(one) < len(found.readings)


def test_nothing_half_written_stays_when_computing_fails(site, engine):
    engine.readings = None

    with pytest.raises(TypeError):
        published(site)
    assert list((site.workspace / "published").iterdir()) == []


def test_problems_publish_nothing(site, monkeypatch):
    problem = Problem("nrr.yaml", "unknown field")
    monkeypatch.setattr(configuration, "_load", lambda site, content, snapshot: (None, (problem,)))

    assert published(site) == (None, (problem,))
    assert not (site.workspace / "published").exists()


def test_without_snapshot_there_is_neither_brief_nor_problem(site, monkeypatch):
    monkeypatch.setattr(publication, "current_snapshot", lambda workspace: None)

    assert brief(site, LOCAL_PERSON) == (None, ())


def test_a_decision_stands_while_its_breach_lasts_and_not_for_the_next_one(site, engine, monkeypatch):
    decide(site, LOCAL_PERSON, MATTER, CHOICE, (ASKED,), idempotency_key="form", now=NOW)

    def stands(card):
        engine = FakeEngine(assessment(card))
        engine.fingerprint = card.key
        monkeypatch.setattr(configuration, "_load", lambda site, content, snapshot: (engine, ()))
        found, _ = brief(site, LOCAL_PERSON)
        return found.items[0].decision is not None

    week = timedelta(days=7)
    same_breach = replace(WIN_RATE, key="next", period_end=WIN_RATE.period_end + week)
    new_breach = replace(same_breach, key="new", since=WIN_RATE.period_end + week)
    other_slice = replace(WIN_RATE, key="slice", slice="Mid-market")
    assert [stands(card) for card in (WIN_RATE, same_breach, new_breach, other_slice)] == [True, True, False, False]


def test_days_that_nobody_asks_for_any_more_are_forgotten(site, engine, monkeypatch):
    monkeypatch.setattr(publication, "_KEPT", 3)
    for back in range(8):
        assessed(site, AS_OF - timedelta(days=back))

    kept = list((site.workspace / "published").iterdir())
    assert len(kept) == 4
    again, _ = assessed(site, AS_OF)
    assert again.as_of == AS_OF
