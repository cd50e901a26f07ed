"""The tick: idempotent, alone, for cron without a traceback, and by itself beside the pages."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime

import pytest

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import load_model
from services import schedule, tick
from services.episodes import all_episodes
from services.schedule import minutes_of, ticking
from services.site import Site

from .small_company import ROOT, write_exports, write_site

NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)


@pytest.fixture
def site(tmp_path, monkeypatch):
    site = write_site(tmp_path)
    monkeypatch.setenv("RCC_WORKSPACE", str(site.workspace))
    monkeypatch.setenv("RCC_CONFIG", str(site.config))
    return site


@pytest.fixture
def company(site, tmp_path):
    write_exports(tmp_path / "exports")
    site.workspace.mkdir()
    firm, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    assert import_folder(tmp_path / "exports", site.workspace, firm, mappings).problems == ()
    return site


def test_the_command_says_what_it_did_and_then_that_nothing_is_new(company, capsys):
    assert tick.main(["--now", "2026-06-29T08:00"]) == 0
    assert "Opened: " in capsys.readouterr().out
    (episode,) = all_episodes(company).values()
    assert episode.opened_at == NOW

    before = company.log().size
    assert tick.main(["--now", "2026-06-29T09:00"]) == 0
    assert capsys.readouterr().out == "Nothing new as of 2026-06-29.\n"
    assert company.log().size == before


def test_two_processes_at_once_are_one(company):
    command = [sys.executable, "-m", "services.tick", "--now", "2026-06-29T08:00Z"]
    both = [subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert sum(b"Nothing new" in line for line in said) == 1
    (episode,) = all_episodes(company).values()
    entries = company.log().of(f"episode/{episode.id}")
    assert len({entry.event.model_dump_json() for entry in entries}) == len(entries)


def test_without_data_there_is_nothing_to_do(site, capsys):
    assert tick.main([]) == 0
    assert "Nothing new" in capsys.readouterr().out


def test_what_has_to_be_mended_comes_without_a_traceback(company, capsys):
    company.company.write_text("name: X\ncurrency: dollars\n")
    assert tick.main([]) == 1
    assert "currency" in capsys.readouterr().err


def test_a_step_that_fails_does_not_stop_the_others(company, capsys, monkeypatch):
    def broken(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
        raise RuntimeError("the mail server is gone")

    after = ("after", lambda site, as_of, now: (f"still here on {as_of}",))
    monkeypatch.setattr(tick, "STEPS", (("mail", broken), after))

    assert tick.main(["--as-of", "2026-06-01"]) == 70
    out, err = capsys.readouterr()
    assert out == "still here on 2026-06-01\n"
    assert err == "the step mail failed: RuntimeError: the mail server is gone\n"


@pytest.mark.parametrize("wrong", [["--as-of", "monday"], ["--now", "noon"], ["--twice"]])
def test_wrong_usage_is_two(site, wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        tick.main(wrong)
    assert ended.value.code == 2


def test_the_app_goes_on_ticking_after_a_failure(site, monkeypatch, caplog):
    ticked, enough = [], threading.Event()

    def once(site, as_of, now):
        ticked.append(now)
        if len(ticked) == 1:
            raise RuntimeError("the disk is full")
        enough.set()
        return tick.Report(as_of or date(2026, 6, 28))

    monkeypatch.setattr(schedule, "tick", once)
    with ticking(site, 0.0001, lambda: NOW):
        assert enough.wait(10)

    assert "the tick failed" in caplog.text
    assert "the disk is full" in caplog.text


def test_the_app_ticks_only_if_asked(site, monkeypatch):
    monkeypatch.setattr(schedule, "tick", None)
    before = threading.active_count()
    with ticking(site, 0, lambda: NOW):
        assert threading.active_count() == before


@pytest.mark.parametrize(("said", "meant"), [("", 5), ("0", 0), ("1.5", 1.5), ("often", 5), ("-1", 5), ("nan", 5)])
def test_the_setting_is_read_with_care(said, meant):
    assert minutes_of(said) == meant
