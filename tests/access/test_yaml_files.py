"""Every YAML file that somebody may hand in goes through the strict reader: bombs, tags and depths become problems."""

import ast
import shutil
import time
from pathlib import Path

import pytest

from kpi_engine.mappings.loading import load_mappings
from services.configuration import load_engine
from services.dashboards import load_dashboards
from services.decision_inventory import decision_inventory
from services.directory import load_directory
from services.forums import load_forums
from services.indicators import load_indicators
from services.outbox import load_outbox
from services.people import LOCAL_PERSON
from services.scorecards import load_objectives
from services.site import Site

ROOT = Path(__file__).parents[2]
ROOMS = ("kpi_engine", "services", "decision_log", "rendering", "pages", "router")
FILES = (
    "company.yaml", "contracts/nrr.yaml", "controls/freshness.yaml", "dashboards/commit_view.yaml",
    "decision_inventory.yaml", "forums.yaml", "hygiene/loss_reason.yaml", "indicators.yaml",
    "known_issues/spend_ledger_change.yaml", "mappings/stripe_subscriptions.yaml", "okrs.yaml", "outbox.yaml",
    "people.yaml",
)  # fmt: skip
_ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 12)
)
HOSTILE = {
    "alias bomb": _ALIASES,
    "alias to itself": "a: &a [*a]\n",
    "merge": "base: &b {x: 1}\nother:\n  <<: *b\n",
    "tag that runs": "a: !!python/object/apply:os.system ['touch /tmp/pwned']\n",
    "tag of a module": "!!python/module:os\n",
    "local tag": "a: !file /etc/passwd\n",
    "binary": "a: !!binary aGVsbG8=\n",
    "nested lists": "a: " + "[" * 20_000 + "]" * 20_000 + "\n",
    "nested maps": "".join(" " * at + "a:\n" for at in range(400)),
    "keys twice": "id: a\nid: b\n",
    "key that is a list": "? [a, b]\n: c\n",
    "too large": "a: " + "x" * 300_000 + "\n",
    "many keys": "".join(f"k{at}: 1\n" for at in range(20_000)),
    "long number": "a: " + "9" * 50_000 + "\n",
    "two documents": "a: 1\n---\nb: 2\n",
    "control signs": "a: \x07\x00b\n",
    "broken": "a: [1, {2: }, 'x\n",
    "not text": None,
}


@pytest.fixture
def site(tmp_path):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return Site(tmp_path / "workspace", tmp_path / "config")


def problems_of(site: Site) -> list[str]:
    """What all readers of the configuration have to say."""
    engine, found = load_engine(site)
    found = [*found, *load_mappings(site.mappings)[1], *load_directory(site)[1], *load_forums(site)[1]]
    found += [*load_indicators(site)[1], *load_outbox(site)[1], *decision_inventory(site, LOCAL_PERSON)[1]]
    known = engine.contracts if engine else {}
    found += [*load_dashboards(site, known)[1], *load_objectives(site, known)[1]]
    return [problem.file for problem in found]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", ["alias bomb", "nested lists"])
def test_a_hostile_file_is_a_problem_that_names_it(name, file, site):
    _refused_in_time(site, file, HOSTILE[name])


@pytest.mark.all
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_file_is_a_problem_that_names_it(name, file, site):
    _refused_in_time(site, file, HOSTILE[name])


def _refused_in_time(site, file, text):
    path = site.config / file
    path.write_bytes(b"a: \xff\xfe\n" if text is None else text.encode())
    began = time.process_time()

    named = problems_of(site)

    assert str(path) in named, f"{file} was taken as it is"
    assert time.process_time() - began < 10
    assert not Path("/tmp/pwned").exists()


def test_nobody_else_reads_yaml():
    """Only the strict reader parses, and even it asks the library for events only."""
    for file in (one for room in ROOMS for one in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "yaml":
                reads = node.attr in ("load", "load_all", "safe_load", "full_load", "unsafe_load", "compose", "parse")
                assert not reads or (file.name == "yaml_strict.py" and node.attr == "parse"), file
