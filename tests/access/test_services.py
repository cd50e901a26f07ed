"""Roles × services × own and other: what each service lets through is what the table of rights declares."""

import importlib
import inspect
import pkgutil
from dataclasses import replace

import pytest

import services
from services import first_start
from services.people import RIGHTS, Action, Denied, Person

from .company import MINE, ROLES, THEIRS, Thing, write_company
from .service_table import PIECES, SERVICES
from .test_scope import KEEP_SCOPE

NOBODY = "nobody"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return write_company(tmp_path_factory.mktemp("services"))


@pytest.fixture(autouse=True)
def no_sample(monkeypatch):
    """Whoever may fill the workspace stops short of it."""
    monkeypatch.setattr(first_start, "_import_sample", lambda *_: ("stopped here",))


def person(role: str) -> Person:
    roles = frozenset({role} & set(ROLES))
    return Person(role, f"A {role}", roles, frozenset({"Mine"}), f"{role}@x.example")


def declared(role: str, action: Action, thing: Thing) -> bool:
    """What the table says, read here by other code than the services'."""
    reach = RIGHTS.get(role, {}).get(action)
    return reach == "any" or reach == ("own" if thing.own else "other")


def lets_through(site, name: str, who: Person, thing: Thing) -> bool:
    """Whether anything but a refusal comes of it: what lies behind the rights is tested elsewhere."""
    try:
        SERVICES[name].call(site, who, thing)
    except Denied:
        return False
    except Exception:
        return True
    return True


def taking_a_person() -> set[str]:
    """Every public function of the services with somebody who acts among its arguments."""
    found = set()
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            mine = function.__module__ == module.name and not name.startswith("_")
            if mine and any(of in ("Person", Person) for of in inspect.get_annotations(function).values()):
                found.add(f"{module.name.removeprefix('services.')}.{name}")
    return found


def test_every_service_stands_in_this_test():
    named = {name.partition(" (")[0] for name in SERVICES}

    assert taking_a_person() - set(PIECES) == named
    assert not named & set(PIECES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_lets_through_what_the_table_declares(site, name):
    asked = [(role, thing) for role in (*ROLES, NOBODY) for thing in (MINE, THEIRS)]

    found = {(role, thing.title): lets_through(site, name, person(role), thing) for role, thing in asked}

    assert found == {(role, thing.title): declared(role, SERVICES[name].action, thing) for role, thing in asked}


@pytest.mark.parametrize("name", SERVICES)
def test_who_sees_a_part_of_the_company_gets_no_further(site, name):
    """Every role there is, limited to a region."""
    everything = replace(person("executive"), roles=frozenset(ROLES), scope=(("region", "EMEA"),))

    let_through = any(lets_through(site, name, everything, thing) for thing in (MINE, THEIRS))

    assert let_through is (name in KEEP_SCOPE)
