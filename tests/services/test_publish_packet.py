"""Publishing packets: put on record with everything they rest on, rebuilt byte for byte from it, mailed, read."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from decision_log.outbox import messages
from decision_log.packet import packets
from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.snapshot_store import restore
from kpi_engine.yaml_strict import load_model
from services.directory import load_directory
from services.packet.__main__ import main
from services.people import LOCAL_PERSON, Denied
from services.publish_packet import publish, scheduled, subscribe, subscribers
from services.read_packet import all_packets, open_packet, rebuild
from services.site import Site

from .small_company import ROOT, write_exports, write_site

NOW = datetime(2026, 6, 29, 9, tzinfo=UTC)
DATA = date(2026, 6, 29)


def import_into(site: Site, exports) -> None:
    firm, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    site.workspace.mkdir(exist_ok=True)
    assert import_folder(exports, site.workspace, firm, mappings).problems == ()


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Site:
    home = tmp_path_factory.mktemp("company")
    site = write_site(home)
    for name in ("forums.yaml", "people.yaml"):
        shutil.copy(ROOT / "config" / name, site.config)
    write_exports(home / "exports")
    import_into(site, home / "exports")
    return site


@pytest.fixture
def site(company, tmp_path) -> Site:
    """A copy of its own, whose configuration a test may edit."""
    shutil.copytree(company.config, tmp_path / "config")
    shutil.copytree(company.workspace, tmp_path / "workspace")
    return Site(tmp_path / "workspace", tmp_path / "config")


def out(site: Site, key: str = "key", now: datetime = NOW, forum: str = "weekly_revenue"):
    packet, problems = publish(site, LOCAL_PERSON, forum, as_of=None, idempotency_key=key, now=now)
    assert packet is not None, [str(problem) for problem in problems]
    return packet


def person(site: Site, id_: str):
    return load_directory(site)[0].person(id_)


def test_a_packet_says_what_it_rests_on(site):
    packet = out(site)
    told = packet.published

    assert packet.id == "weekly_revenue-2026-06-30-1"
    assert (told.snapshots, told.log_size, told.edition, told.cut) == (1, 0, 1, ())
    assert (site.workspace / "configurations" / told.configuration / "people.yaml").is_file()
    content = open_packet(site, LOCAL_PERSON, packet.id, NOW).content
    assert [(row.name, row.status) for group in content.groups for row in group.rows] == [
        ("Proposal acceptance rate", "red")
    ]
    assert [(one.name, one.proposal) for one in content.breaches] == [("Proposal acceptance rate", None)]


def test_it_is_rebuilt_byte_for_byte_after_everything_has_changed(site, tmp_path, monkeypatch):
    first = out(site)
    import_late_data(site, tmp_path / "later")
    edit(site.contracts / "proposal_acceptance_rate.yaml", "Proposal acceptance rate", "Renamed rate")
    edit(site.people, "Dana Okafor", "Somebody Else")
    edit(site.forums, "Weekly revenue meeting", "Another name")
    second = out(site, "later", NOW + timedelta(days=7))

    rebuilt, problems = rebuild(site, first.id)
    assert problems == ()
    assert rebuilt.different == ()
    assert rebuilt.built.digests == {
        "content": first.published.content,
        "html": first.published.html,
        "pdf": first.published.pdf,
    }
    again, _ = rebuild(site, second.id)
    assert again.different == ()
    assert again.built.content.forum == "Another name"
    assert again.built.content.groups != rebuilt.built.content.groups

    monkeypatch.setenv("RCC_WORKSPACE", str(site.workspace))
    monkeypatch.setenv("RCC_CONFIG", str(site.config))
    assert main(["rebuild", first.id, "--into", str(tmp_path / "rebuilt")]) == 0
    assert (tmp_path / "rebuilt" / f"{first.id}.pdf").read_bytes().startswith(b"%PDF")
    assert main(["rebuild", "unheard-of"]) == 1


def import_late_data(site: Site, exports) -> None:
    write_exports(exports)
    proposals = exports / "proposals.csv"
    proposals.write_text(proposals.read_text() + "".join(f"L{n},A0,2026-06-24,2026-06-25\n" for n in range(30)))
    import_into(site, exports)


def edit(file, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize("spoiled", ["configurations", "current"])
def test_what_is_gone_is_said_when_it_cannot_be_rebuilt(site, spoiled):
    packet = out(site)
    place = site.workspace / spoiled
    place.rename(site.workspace / "elsewhere")

    rebuilt, problems = rebuild(site, packet.id)
    assert rebuilt is None
    assert len(problems) == 1


def test_a_program_that_draws_another_layout_says_so_and_still_opens_it(site, monkeypatch):
    packet = out(site)
    monkeypatch.setattr("services.read_packet.LAYOUT", packet.published.layout + 1)

    rebuilt, (problem,) = rebuild(site, packet.id)
    assert rebuilt is None
    assert f"layout {packet.published.layout};" in problem.message
    assert open_packet(site, LOCAL_PERSON, packet.id, NOW).content.id == packet.id


def test_a_changed_template_is_found_out(site, monkeypatch):
    from services.packet import html

    packet = out(site)
    monkeypatch.setattr(html, "css", lambda: "")

    rebuilt, _ = rebuild(site, packet.id)
    assert rebuilt.different == ("html",)


def test_publishing_twice_without_news_is_one_edition(site):
    first = out(site, "a")

    assert out(site, "a", NOW + timedelta(hours=1)) == first
    assert out(site, "b", NOW + timedelta(hours=1)) == first
    assert [one.published.edition for one in all_packets(site, LOCAL_PERSON)] == [1]


def test_news_make_another_edition(site):
    out(site, "a")
    edit(site.people, "Dana Okafor", "Somebody Else")
    edit(site.contracts / "proposal_acceptance_rate.yaml", "Proposal acceptance rate", "Renamed rate")

    assert out(site, "b").id == "weekly_revenue-2026-06-30-2"


def test_the_tick_publishes_each_packet_once_and_when_it_is_due(site):
    due = datetime(2026, 6, 29, 20, tzinfo=UTC)  # four in the afternoon in New York
    assert scheduled(site, DATA, due - timedelta(minutes=1)) == ()
    (line,) = scheduled(site, DATA, due)
    assert scheduled(site, DATA, due + timedelta(hours=3)) == ()

    assert "Weekly revenue meeting" in line
    (packet,) = all_packets(site, LOCAL_PERSON)
    assert (packet.by, packet.published.meeting_on) == ("clockwork", date(2026, 6, 30))


def test_a_packet_published_by_hand_is_not_published_again_by_the_tick(site):
    out(site)

    assert scheduled(site, DATA, NOW + timedelta(hours=12)) == ()


def test_subscribers_get_both_files_once(site):
    dana, vik = person(site, "dana"), person(site, "vik")
    subscribe(site, dana, "weekly_revenue", True, NOW)
    subscribe(site, vik, "weekly_revenue", True, NOW)
    subscribe(site, vik, "weekly_revenue", False, NOW)
    subscribe(site, vik, "monthly_review", True, NOW)
    assert subscribers(site, "weekly_revenue") == ("dana",)

    packet = out(site)
    out(site, "again")

    (message,) = messages(site.log().stream("message"))
    assert (message.queued.to, message.queued.topic) == (("dana",), "packet")
    assert {one.sha256 for one in message.queued.attachments} == {packet.published.pdf, packet.published.html}
    assert all((site.workspace / one.file).is_file() for one in message.queued.attachments)


def test_opening_leaves_one_receipt_a_person(site):
    packet = out(site)
    dana = person(site, "dana")
    for hours in (1, 2):
        open_packet(site, dana, packet.id, NOW + timedelta(hours=hours))

    found = open_packet(site, dana, packet.id, NOW + timedelta(hours=3))
    receipts = {reader.name: reader.at for reader in found.readers}
    assert receipts["Dana Okafor"] == NOW + timedelta(hours=1)
    assert receipts["Carla Reyes"] is None
    assert found.pdf.name == f"{packet.id}-{packet.published.pdf[:12]}.pdf"
    assert open_packet(site, dana, "unheard-of", NOW) is None


def test_only_facilitators_publish(site):
    with pytest.raises(Denied):
        publish(site, person(site, "vik"), "weekly_revenue", as_of=None, idempotency_key="k", now=NOW)


def test_an_unknown_forum_is_a_problem(site):
    packet, (problem,) = publish(site, LOCAL_PERSON, "lunch", as_of=None, idempotency_key="k", now=NOW)

    assert packet is None
    assert "lunch" in problem.message


def test_a_packet_tells_the_log_as_it_was_read(site):
    packet = out(site)
    subscribe(site, person(site, "dana"), "weekly_revenue", True, NOW)

    (event,) = (one.published for one in packets(site.log().stream("packet")))
    assert event.log_root == site.log().root(event.log_size)
    assert replace(packet) == packets(site.log().stream("packet", up_to=1))[0]


def test_packets_are_rebuilt_across_a_roll_back(site, tmp_path):
    first = out(site, "a")
    import_late_data(site, tmp_path / "later")
    second = out(site, "b", NOW + timedelta(days=7))
    restore(site.workspace, first.published.snapshot)
    third = out(site, "c", NOW + timedelta(days=14))

    assert third.published.snapshot == first.published.snapshot != second.published.snapshot
    for packet in (first, second, third):
        rebuilt, problems = rebuild(site, packet.id)
        assert problems == ()
        assert rebuilt.different == ()
