"""What somebody has uploaded and not published yet is theirs: nobody else names, sees, takes or publishes it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from services.people import Denied, Person
from services.site import Site
from services.staging import Reading, clear, files_folder, remove, report_file, stage, staged, tell
from services.upload import check, discard, publish, refused_rows, standing_report
from tests.services.small_company import write_exports, write_site

NOW = datetime(2026, 7, 10, 8, tzinfo=UTC)
FILE = "accounts.csv"


def person(id_: str, *roles: str) -> Person:
    return Person(id_, id_.capitalize(), frozenset(roles or ("analyst",)))


ANNA = person("anna")
_IDS = ("remy", "ANNA", "anna ", " anna", "", ".", "..", "../anna", "an%6ea", "anna\x00", "*", "anna/files")
OTHERS = [person(id_, "analyst", "steward", "administrator") for id_ in _IDS]
"""People who may upload; most have names that a careless folder would take for Anna's."""


@pytest.fixture
def site(tmp_path) -> Site:
    """Anna's upload has been checked and waits for her to publish it."""
    site = write_site(tmp_path)
    write_exports(tmp_path / "exports")
    for name in ("accounts.csv", "proposals.csv"):
        assert stage(site, ANNA, name, io.BytesIO((tmp_path / "exports" / name).read_bytes())) is None
        tell(site, ANNA, name, Reading(mapping=name.removesuffix(".csv")))
    report, problems = check(site, ANNA, NOW)
    assert report is not None and report.snapshot, problems
    return site


def _waiting(site: Site) -> dict[str, bytes]:
    folder = files_folder(site, ANNA).parent
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("other", OTHERS, ids=lambda one: repr(one.id))
def test_somebody_else_who_may_upload_finds_a_desk_of_their_own(other, site):
    report, before = standing_report(site, ANNA), _waiting(site)
    assert staged(site, other) == ()
    assert standing_report(site, other) is None
    assert publish(site, other, report.id, "It is right, I am sure.", NOW)[0].message.startswith(
        "the files or the data"
    )
    for name in (
        FILE,
        f"../../{files_folder(site, ANNA).parent.name}/files/{FILE}",
        str(files_folder(site, ANNA) / FILE),
    ):
        tell(site, other, name, Reading(mapping="stolen"))
        remove(site, other, name)
        assert stage(site, other, name, io.BytesIO(b"account_id,name\nX,stolen\n")) is None
    assert refused_rows(site, other, report).content == refused_rows(site, ANNA, report).content
    discard(site, other, "", NOW)
    clear(site, other)

    assert _waiting(site) == before
    assert standing_report(site, ANNA) == report
    assert publish(site, ANNA, report.id, "It is right, I am sure.", NOW) == ()


_DEEDS = (
    lambda site, who, _: staged(site, who),
    lambda site, who, _: standing_report(site, who),
    lambda site, who, report: refused_rows(site, who, report),
    lambda site, who, report: publish(site, who, report.id, "It is right, I am sure.", NOW),
    lambda site, who, _: check(site, who, NOW),
    lambda site, who, _: discard(site, who, "", NOW),
    lambda site, who, _: remove(site, who, FILE),
    lambda site, who, _: tell(site, who, FILE, Reading()),
    lambda site, who, _: stage(site, who, FILE, io.BytesIO(b"a,b\n1,2\n")),
    lambda site, who, _: clear(site, who),
)


@pytest.mark.parametrize("role", ["viewer", "assignee", "executive", "kpi_owner", "facilitator", "administrator", ""])
def test_who_may_not_upload_gets_no_further_not_even_as_the_same_person(role, site):
    """Also whoever had the right when they uploaded, and lost it since."""
    report, before = standing_report(site, ANNA), _waiting(site)
    for who in (person("vik", role), person("anna", role)):
        for deed in _DEEDS:
            with pytest.raises(Denied):
                deed(site, who, report)
    assert _waiting(site) == before


def test_their_places_on_the_disk_differ_and_lie_in_the_workspace(site):
    places = [files_folder(site, one) for one in (ANNA, *OTHERS)] + [report_file(site, one) for one in (ANNA, *OTHERS)]
    assert len(set(places)) == len(places)
    assert all(place.resolve().is_relative_to(site.workspace.resolve() / "uploads") for place in places)
