"""The directory: the people of the company, their business titles, and who stands above whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from decision_log.entry import Entry
from decision_log.person import changed, several
from kpi_engine.problem import Problem
from kpi_engine.reading import EMPTY_SLICE
from kpi_engine.yaml_strict import load_model

from .people import CLOCKWORK, LOCAL_PERSON, Person, Role
from .site import Site

_NOBODY = frozenset({LOCAL_PERSON.id, CLOCKWORK})
_PersonId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{0,63}$")]
_Text = Annotated[str, Field(min_length=1, max_length=200)]


_Slices = Annotated[tuple[_Text, ...], Field(min_length=1), BeforeValidator(several)]


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Spec):
    """A business role of the documents ("Head of Sales"), the one it answers to, and its other names."""

    reports_to: _Text | None = None
    aliases: tuple[_Text, ...] = ()


class Member(_Spec):
    """One person of the company: what they may do in the app (`roles`) and what they are (`titles`).

    `scope` limits what they see: dimension → slice or list of slices.
    """

    id: _PersonId
    name: _Text
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    titles: tuple[_Text, ...] = ()
    scope: dict[_Text, _Slices] = {}
    disabled: bool = False

    @field_validator("scope")
    @classmethod
    def _none_stands_alone(cls, scope: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for name, slices in scope.items():
            if EMPTY_SLICE in slices and len(slices) > 1:
                raise ValueError(f"{EMPTY_SLICE} of {name} cannot stand beside other values")
        return {name: tuple(dict.fromkeys(slices)) for name, slices in scope.items()}

    @property
    def person(self) -> Person:
        """The member as somebody who acts."""
        scope = tuple(sorted(self.scope.items()))
        return Person(self.id, self.name, frozenset(self.roles), frozenset(self.titles), self.email, scope)


class Directory(_Spec):
    """`config/people.yaml`, whole."""

    titles: dict[_Text, Title] = {}
    people: tuple[Member, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Directory:
        ids = [member.id for member in self.people]
        for at, id_ in enumerate(ids):
            if id_ in ids[:at]:
                raise ValueError(f"two people share the id {id_!r}")
        for taken in _NOBODY.intersection(ids):
            raise ValueError(f"nobody may have the id {taken!r}: the system itself writes under it")
        for name, title in self.titles.items():
            if title.reports_to is not None and title.reports_to not in self.titles:
                raise ValueError(f"{name} reports to {title.reports_to!r}, which is no title here")
            if name in set(self._above(name)):
                raise ValueError(f"{name} reports to itself in the end")
        for member in self.people:
            for held in member.titles:
                if held not in self.titles:
                    raise ValueError(f"{member.name} holds {held!r}, which is no title here")
        return self

    def person(self, id_: str) -> Person | None:
        """The person of an id."""
        if id_ == LOCAL_PERSON.id:
            return LOCAL_PERSON
        return next((member.person for member in self.people if member.id == id_), None)

    def active(self, id_: str) -> Person | None:
        """The person of an id, unless the administrator has shut the door on them."""
        shut = any(member.id == id_ and member.disabled for member in self.people)
        return None if shut else self.person(id_)

    def name_of(self, id_: str) -> str:
        """How people call who is logged under an id; the id itself for somebody no longer listed."""
        found = self.person(id_)
        return id_ if found is None else found.name

    def holders(self, titles: Iterable[str]) -> tuple[Person, ...]:
        """Who holds one of the titles; where nobody does, who holds the nearest one above."""
        found: dict[str, Person] = {}
        for title in titles:
            named = self.canonical(title)
            for name in (named, *self._above(named)):
                held = [member.person for member in self.people if name in member.titles and not member.disabled]
                if held:
                    found |= {person.id: person for person in held}
                    break
        return tuple(found.values())

    def stands_for(self, person: Person, title: str) -> bool:
        """Whether the person holds the title or one above it.

        A title that is not listed is nobody's: it may be a slip in a contract. Where no titles are listed at
        all, each is anybody's.
        """
        named = self.canonical(title)
        if person.id == LOCAL_PERSON.id or not self.titles:
            return True
        return not person.titles.isdisjoint({named, *self._above(named)})

    def canonical(self, title: str) -> str:
        """The title as the directory writes it, whatever case or other name a contract uses."""
        said = title.casefold()
        for name, known in self.titles.items():
            if said in (name.casefold(), *(alias.casefold() for alias in known.aliases)):
                return name
        return title

    def _above(self, title: str) -> Iterator[str]:
        """The titles above, nearest first; stops where the chain closes on itself."""
        seen: set[str] = set()
        at = self.titles.get(title)
        while at is not None and at.reports_to is not None and at.reports_to not in seen:
            seen.add(at.reports_to)
            yield at.reports_to
            at = self.titles.get(at.reports_to)


def load_directory(site: Site, up_to: int | None = None) -> tuple[Directory, tuple[Problem, ...]]:
    """The people of the file, each as last changed in the app; an empty directory with what to mend in the file.

    The file seeds an installation. A record changed in the app stands above the file's from then on, and
    the log tells who changed what; with `up_to` only changes up to that entry count.
    """
    content = site.people.read_bytes() if site.people.exists() else b""
    seed, problems = _seed(site.people, content) if content else (Directory(), ())
    return _with(seed, site.log().stream("person", up_to)), problems


@lru_cache(maxsize=8)
def _seed(file: Path, _content: bytes) -> tuple[Directory, tuple[Problem, ...]]:
    found, problems = load_model(file, Directory)
    return found or Directory(), tuple(problems)


def _with(seed: Directory, subjects: dict[str, tuple[Entry, ...]]) -> Directory:
    """The seed's people with their latest records; those added in the app come after."""
    records = changed(subjects)
    if not records:
        return seed
    people = {member.id: member for member in seed.people}
    for id_, record in records.items():
        people[id_] = Member.model_validate({"id": id_, **record.model_dump(exclude={"kind"})})
    return Directory(titles=seed.titles, people=tuple(people.values()))
