"""The first start: an empty workspace is filled once, a broken configuration is named, nothing is overwritten."""

from datetime import UTC, datetime, timedelta

import pytest

from kpi_engine.snapshot_store import current_snapshot
from services import first_start
from services.brief import brief
from services.drill_down import drill_down, records
from services.first_start import prepare
from services.people import LOCAL_PERSON, Denied, Person
from services.sample_calendar import MARK, present

from .small_company import write_exports, write_site


@pytest.fixture
def site(tmp_path, monkeypatch):
    def write_sample(folder, *, seed, months):
        write_exports(folder)
        return list(folder.iterdir())

    monkeypatch.setattr(first_start, "write_sample", write_sample)
    return write_site(tmp_path)


def test_an_empty_workspace_opens_on_the_exceptions(site, tmp_path, capsys):
    assert prepare(site, LOCAL_PERSON, tmp_path / "exports") == ()

    found, _ = brief(site, LOCAL_PERSON)
    assert [item.card.kpi for item in found.to_decide] == ["proposal_acceptance_rate"]
    assert "Ready: 1 checked, 1 red" in capsys.readouterr().out
    assert (site.workspace / MARK).exists()


def test_the_calendar_goes_on_where_the_exports_end(site, tmp_path):
    real = datetime(2027, 1, 5, 16, 30, tzinfo=UTC)
    prepare(site, LOCAL_PERSON, tmp_path / "exports", today=real.date())

    data_on = current_snapshot(site.workspace).data_on
    monday = data_on + timedelta(days=-data_on.weekday() % 7)
    last = max(entry.at for lines in site.log().stream("episode").values() for entry in lines)
    assert present(site, real) == datetime.combine(monday + timedelta(days=1), real.timetz())
    assert present(site, real) > last
    assert present(site, real + timedelta(hours=31)) - present(site, real) == timedelta(hours=31)


def test_every_other_company_goes_by_the_real_calendar(site):
    real = datetime(2027, 1, 5, 16, 30, tzinfo=UTC)
    site.workspace.mkdir()
    assert present(site, real) == real
    (site.workspace / MARK).touch()  # marked before calendars were kept
    assert present(site, real) == real


def test_a_card_can_be_followed_down_to_its_records(site, tmp_path):
    prepare(site, LOCAL_PERSON, tmp_path / "exports")
    card = brief(site, LOCAL_PERSON)[0].to_decide[0].card

    whole, _ = drill_down(site, LOCAL_PERSON, card.kpi, window=card.window, within={})
    narrow, _ = drill_down(site, LOCAL_PERSON, card.kpi, window=card.window, within={"segment": "Enterprise"})

    last = whole.final.iloc[-1]
    assert (last["value"], last["n"]) == (card.value, card.n)
    assert whole.card == card
    assert narrow.card is None
    assert narrow.final.iloc[-1]["n"] == card.n / 2
    assert "segment" not in set(narrow.latest_slices["dimension"])
    span = {"start": card.period_start, "end": card.period_end, "window": card.window, "as_of": whole.as_of}
    behind = records(site, LOCAL_PERSON, card.kpi, within={"segment": "Enterprise"}, **span)
    assert behind["proposal_id"].nunique() == card.n / 2


def test_a_second_start_leaves_the_data_alone(site, tmp_path, monkeypatch):
    prepare(site, LOCAL_PERSON, tmp_path / "exports")
    before = current_snapshot(site.workspace)
    monkeypatch.setattr(first_start, "write_sample", None)

    assert prepare(site, LOCAL_PERSON, tmp_path / "exports") == ()
    assert current_snapshot(site.workspace) == before


def test_a_broken_configuration_is_named(site, tmp_path):
    site.company.write_text("name: X\ncurrency: dollars\n")

    problems = prepare(site, LOCAL_PERSON, tmp_path / "exports")

    assert any(problem.column == "currency" for problem in problems)
    assert current_snapshot(site.workspace) is None


def test_a_broken_contract_is_named_before_anything_is_made(site, tmp_path):
    contract = next(iter(site.contracts.glob("*.yaml")))
    contract.write_text(contract.read_text().replace("owners:", "ownerz:"))

    (problem,) = prepare(site, LOCAL_PERSON, tmp_path / "exports")

    assert "owners" in str(problem)
    assert not (tmp_path / "exports").exists()
    assert current_snapshot(site.workspace) is None


def test_who_may_not_publish_starts_nothing(site, tmp_path):
    with pytest.raises(Denied):
        prepare(site, Person("kim", "Kim", frozenset({"viewer"})), tmp_path / "exports")
