"""Staging: files a person has uploaded and not published yet, kept on the server as they came.

`uploads/<person>/files/` of the workspace holds the files, `uploads/<person>/told.json` how the person said
to read each. A page change or a reload loses nothing; nothing here counts before it is published.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from kpi_engine.exports.detect import Detection, detect
from kpi_engine.exports.limits import limits
from kpi_engine.exports.text import Told, binary_kind
from kpi_engine.problem import Problem

from .people import Person, require
from .site import Site
from .stored_file import replace_whole

MAX_FILES = 40
SUFFIXES = (".csv", ".tsv")
_CHUNK = 1 << 22
_LONGEST_NAME = 120
_ODD = re.compile(r"[^\w .,()&+'=@#-]")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person said to read a file; None and "" leave it to what is detected."""

    encoding: str | None = None
    lines_above: int | None = None
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class Staged:
    """One uploaded file: its name, bytes, how to read it as told, and as detected (or why it cannot be read)."""

    path: Path
    size: int
    told: Reading
    found: Detection | Problem

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def how(self) -> Told:
        """How the import is to read it: as told, else as detected."""
        if isinstance(self.found, Problem):
            return Told()
        return Told(self.found.encoding, self.found.lines_above, self.told.mapping)


def stage(site: Site, person: Person, name: str, content: BinaryIO) -> Problem | None:
    """Keep an uploaded file, copied in chunks; one of the same name is replaced. Gives what is wrong with it."""
    require(person, "publish")
    name = _file_name(name)
    if kind := binary_kind(content.read(8)):
        return Problem(name, f"is {kind}; it was not kept", "unpack it, or export it as CSV (UTF-8), and drop that")
    folder = _folder(site, person) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    if len(list(folder.iterdir())) >= MAX_FILES and not (folder / name).exists():
        return Problem(name, f"was not kept: {MAX_FILES} files wait already", "check and publish those first")
    others = sum(other.stat().st_size for other in folder.iterdir() if other.name != name)
    allowed = limits()
    if isinstance(allowed, Problem):
        return allowed
    if others + content.seek(0, 2) > allowed.waiting_mb * 1024**2:
        said = f"was not kept: with it more than {allowed.waiting_mb:,} MB would wait"
        return Problem(name, said, "check and publish the others first, or set RCC_MAX_WAITING_MB")
    content.seek(0)
    fresh = folder / f".{name}.part"
    with fresh.open("wb") as out:
        shutil.copyfileobj(content, out, _CHUNK)
    fresh.replace(folder / name)
    _tell(site, person, {**_told(site, person), name: Reading()})
    return None


def staged(site: Site, person: Person) -> tuple[Staged, ...]:
    """The person's files by name, each with what is detected of it."""
    require(person, "publish")
    told = _told(site, person)
    files = sorted(path for path in files_folder(site, person).glob("*") if path.suffix.lower() in SUFFIXES)
    return tuple(_staged(path, told.get(path.name, Reading())) for path in files)


def tell(site: Site, person: Person, name: str, how: Reading) -> None:
    """Keep how the person wants the file read."""
    require(person, "publish")
    _tell(site, person, {**_told(site, person), name: how})


def remove(site: Site, person: Person, name: str) -> None:
    """Take a file away again."""
    require(person, "publish")
    (files_folder(site, person) / _file_name(name)).unlink(missing_ok=True)
    _tell(site, person, {file: how for file, how in _told(site, person).items() if file != name})


def clear(site: Site, person: Person) -> None:
    """Take all of the person's files away."""
    require(person, "publish")
    shutil.rmtree(_folder(site, person) / "files", ignore_errors=True)
    _tell(site, person, {})


def files_folder(site: Site, person: Person) -> Path:
    """Where the person's files lie."""
    return _folder(site, person) / "files"


def report_file(site: Site, person: Person) -> Path:
    """Where what was found in the files is kept until they are published or discarded."""
    return _folder(site, person) / "report.json"


def state_of(files: tuple[Staged, ...]) -> str:
    """Names what lies there and how it is read: a report of another state does not speak of these files."""
    parts = [f"{one.name} {one.size} {one.path.stat().st_mtime_ns} {one.how}" for one in files]
    return sha256("\n".join(parts).encode()).hexdigest()


def _staged(path: Path, told: Reading) -> Staged:
    stat = path.stat()
    found = _detected(path, stat.st_mtime_ns, told.encoding, told.lines_above)
    return Staged(path, stat.st_size, told, found)


@lru_cache(maxsize=200)
def _detected(path: Path, _at: int, encoding: str | None, lines_above: int | None) -> Detection | Problem:
    found = detect(path, encoding, None, lines_above)
    # A beginning of a hundred rows says it all, and stays in memory for each file.
    return found if isinstance(found, Problem) else replace(found, head=found.head[:100])


def _folder(site: Site, person: Person) -> Path:
    return site.workspace / "uploads" / sha256(person.id.encode()).hexdigest()[:16]


def _told(site: Site, person: Person) -> dict[str, Reading]:
    file = _folder(site, person) / "told.json"
    if not file.exists():
        return {}
    return {name: Reading(**how) for name, how in json.loads(file.read_text(encoding="utf-8")).items()}


def _tell(site: Site, person: Person, told: dict[str, Reading]) -> None:
    content = json.dumps({name: asdict(how) for name, how in told.items()})
    replace_whole(_folder(site, person) / "told.json", content.encode())


def _file_name(name: str) -> str:
    """A harmless name that keeps what mappings look at; a text file of another suffix is read as CSV."""
    name = _ODD.sub("_", Path(name.replace("\\", "/")).name).lstrip(". ") or "export"
    name = name if name.lower().endswith(SUFFIXES) else f"{name}.csv"
    # Counted in bytes: a disk takes 255 of them in a name, whatever the alphabet.
    return name.encode()[-_LONGEST_NAME:].decode(errors="ignore").lstrip(". ")
