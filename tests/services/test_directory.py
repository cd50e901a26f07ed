"""The directory: titles resolve to people, also through other names and those above."""

import pytest

from services.directory import Directory, load_directory
from services.people import LOCAL_PERSON
from services.site import Site

KIM = {"id": "kim", "name": "Kim", "email": "kim@x.example", "roles": ["executive"]}


def directory(people=(), **titles) -> Directory:
    return Directory.model_validate({"titles": titles, "people": list(people)})


CHAIN = {"CEO": {}, "CRO": {"reports_to": "CEO"}, "Head of Sales": {"reports_to": "CRO", "aliases": ["Sales"]}}


def test_a_title_resolves_to_its_holder_or_the_nearest_above():
    held = directory([{**KIM, "titles": ["CRO"]}], **CHAIN)

    assert [one.id for one in held.holders(["head of sales"])] == ["kim"]
    assert held.holders(["CEO"]) == ()


@pytest.mark.parametrize(
    ("titles", "asked", "stands"),
    [
        (["CRO"], "Sales", True),
        (["CRO"], "CRO", True),
        (["CRO"], "CEO", False),
        ([], "CRO", False),
        (["CEO"], "Jester", False),
    ],
)
def test_a_person_stands_for_a_title_and_those_below(titles, asked, stands):
    held = directory([{**KIM, "titles": titles}], **CHAIN)

    assert held.stands_for(held.person("kim"), asked) is stands


def test_without_titles_each_is_anybodys():
    held = directory([KIM])

    assert held.stands_for(held.person("kim"), "CRO")


@pytest.mark.parametrize(
    ("people", "titles", "said"),
    [
        ([KIM, KIM], {}, "share the id"),
        ([], {"A": {"reports_to": "B"}}, "no title here"),
        ([], {"A": {"reports_to": "B"}, "B": {"reports_to": "A"}}, "reports to itself"),
        ([{**KIM, "titles": ["Jester"]}], {}, "no title here"),
    ],
)
def test_what_does_not_fit_together_is_refused(people, titles, said):
    with pytest.raises(ValueError, match=said):
        directory(people, **titles)


def test_somebody_no_longer_listed_keeps_the_id():
    assert directory().name_of("gone") == "gone"
    assert directory([KIM]).name_of("kim") == "Kim"
    assert directory().name_of(LOCAL_PERSON.id) == LOCAL_PERSON.name


def test_every_title_of_the_shipped_contracts_is_listed(tmp_path):
    from services.configuration import contracts

    site = Site(tmp_path, Site.from_environment().config)
    listed, problems = load_directory(site)
    found, _ = contracts(site, LOCAL_PERSON)
    asked = {
        title
        for contract in found.values()
        for title in (*contract.owners, contract.steward, contract.decision_owner, *contract.runbook.audience)
    }

    assert problems == ()
    assert {title for title in asked if listed.canonical(title) not in listed.titles} == set()
    assert {title for title in asked if not listed.holders([title])} == set()
