"""Payloads typed into the forms that people have: shown, edited, refused and sent, they stay what was typed."""

from __future__ import annotations

import ast
import csv
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi_engine.sample import write_sample
from services import first_start
from services.passwords import invite
from services.people import LOCAL_PERSON
from services.site import Site
from tests.access.fields import words
from tests.access.payloads import Payloads

from .conftest import ROOT, serve
from .forms import FORMS, SMALL, password_forms, upload_forms
from .typist import Form, Typist

pytestmark = pytest.mark.browser
_TEXT = ("text_input", "text_area", "chat_input", "data_editor")
_PEOPLE = """\
  - {id: kim, name: Kim, email: kim@x.example, titles: [Board], roles: [ROLES]}
  - {id: lee, name: Lee, email: lee@x.example, titles: [Board], roles: [ROLES]}
  - {id: max, name: Max, email: max@x.example, roles: [viewer]}
""".replace("ROLES", "executive, kpi_owner, analyst, steward, facilitator, assignee, viewer, administrator")

WIDGETS = {
    "contracts": [("contracts", "Find")],
    "components/action_form": [("done", "What was done")],
    "components/assumptions": [("assumption", "What do we assume?"), ("withdraw", "Why")],
    "components/choice_fields": [
        ("override", "Why not as proposed"), ("decide", "Chosen action"), ("decide", "Why"), ("decide", "Action"),
        ("decide", "Expected impact"), ("decide", "Closeout criteria"), ("decide", "Options rejected (optional)"),
        ("decide", "What would make us revisit (optional)"), ("decide", "Forum"),
        ("decide", "Link to the analysis (optional)"),
    ],
    "components/closeout": [
        ("comment", "Comment (it does not change the verdict)"),
        ("extend", "Why it needs more time (the target stays)"),
    ],
    "components/correct_form": [("correct", "Why it is corrected")],
    "components/culture_forms": [
        ("metric of the week", "Why this one"), ("question", "Question"), ("answer", "Answer"),
        ("retrospective", "What happened"), ("retrospective", "What we learned"), ("learning", "Title"),
        ("learning", "What others can use of it"), ("rotation", "Why"),
    ],
    "components/indicators": [("judgement", "Why")],
    "components/issue_form": [
        ("known issue", "Title"), ("known issue", "What is wrong"), ("known issue", "Owner"), ("known issue", "Value"),
        ("known issue, rows", "Value of the row"),
    ],
    "components/load_history": [("roll back", "Why")],
    "components/load_view": [
        ("leave out", "Why they may be left out"), ("suspicious", "Why the load is right all the same"),
    ],
    "components/mapping_rows": [("mapping", "Words")],
    "components/meeting_bar": [("no memo", "End without a memo")],
    "components/meeting_close": [("memo", "Forecast implications"), ("memo", "The next pre-read must answer")],
    "components/meeting_defer": [("defer", "Why not today")],
    "components/meeting_note": [("note", "What changed, as agreed")],
    "components/narrative": [("narrative", "What do the figures mean, and what follows?")],
    "components/password_form": [
        ("change password", "Password now"), ("choose password", "New password"), ("choose password", "Once more"),
    ],
    "components/people_forms": [("person", "Name to sign in with"), ("person", "Name"), ("person", "Mail address")],
    "components/pick_person": [("decide", "Assignee")],
    "components/propose_form": [
        ("propose", "What happened"), ("propose", "What it means for the forecast"), ("propose", "Cause 1"),
        ("propose", "Evidence 1"), ("fewer causes", "Why fewer than three"), ("propose", "Option 1"),
        ("propose", "Cost and effect 1"), ("propose", "Why this one"),
    ],
    "components/runbook": [("clock", "What was found or done"), ("feedback", "Why")],
    "components/upload_mapping": [
        ("mapping", "What is this export called?"), ("mapping", "Signs to ignore in numbers"),
        ("mapping", "Words for an empty cell"), ("constant", "or the same in every row"),
    ],
}  # fmt: skip
"""The form and the label of every text widget of pages/, by file. The form for signing in is a package's own."""


def widgets() -> Counter[str]:
    """How many widgets take text, by the file that draws them: any call of such a name, or a list open to new words."""
    found: Counter[str] = Counter()
    pages = ROOT / "pages"
    for file in pages.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                takes_new = any(one.arg == "accept_new_options" for one in node.keywords)
                if called in _TEXT or takes_new:
                    found[str(file.relative_to(pages).with_suffix(""))] += 1
    return found


def test_every_field_that_takes_text_is_in_the_list():
    """A page that gains one fails here until somebody says which form types into it."""
    assert widgets() == {file: len(fields) for file, fields in WIDGETS.items()}
    known = {form.name for form in (*FORMS, *SMALL, *password_forms(""), *upload_forms(Path(), Path(), Path()))}
    assert {form for fields in WIDGETS.values() for form, _ in fields} <= known


def typed_on(site: Site, page, canary, forms: tuple[Form, ...], several: int) -> Typist:
    """Every form filled in, one after the other, on a server of their own."""
    with serve(site) as served:
        typist = Typist(page, served, canary, Payloads(canary.address), several)
        for form in forms:
            typist.fill_in(form)
    return typist


@pytest.fixture
def small_company(own_company, tmp_path) -> Site:
    """One whose configuration is its own as well."""
    shutil.copytree(own_company.config, tmp_path / "config")
    return Site(own_company.workspace, tmp_path / "config")


def test_a_decision_and_a_known_issue(small_company, page, canary):
    quick = tuple(replace(form, after=()) for form in SMALL if form.name != "remark")
    typist = typed_on(small_company, page, canary, quick, 3)

    assert (typist.found, canary.visits) == ([], 0)
    wanted = {one for fields in WIDGETS.values() for one in fields if one[0] == "decide"}
    assert typist.typed >= wanted | {("issue", "What is wrong"), ("issue", "Title")}
    assert len(small_company.log().stream("decision")) == 1, "it was sent"
    assert len(list(small_company.known_issues.glob("*.yaml"))) == 1


@pytest.fixture(scope="module")
def staffed(tmp_path_factory) -> Site:
    """The sample company with two people who may do everything, and a viewer."""
    home = tmp_path_factory.mktemp("staffed")
    shutil.copytree(ROOT / "config", home / "config")
    people = home / "config" / "people.yaml"
    people.write_text(people.read_text() + _PEOPLE)
    site = Site(home / "workspace", home / "config")
    assert first_start.prepare(site, LOCAL_PERSON, home / "exports") == ()
    return site


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> tuple[Path, Path, Path]:
    """A file of a new layout, one with rows that cannot be read, and one that holds a fraction of its table."""
    home, texts = tmp_path_factory.mktemp("exports"), Payloads("127.0.0.1:9")
    write_sample(home / "sample", seed=7, months=30)
    layout, broken, few = home / "offers 2026-07.csv", home / "proposals.csv", home / "few" / "proposals.csv"
    rows = [[f"O{at}", f"A{at}", "2026-06-01", " ".join(texts.next().replace("\x00", "").split())] for at in range(70)]
    _write(layout, [["Offer", "Customer", "Sent", "Note"], *rows])
    head, *lines = list(csv.reader((home / "sample" / "proposals.csv").open(newline="")))
    sent = head.index("sent_on")
    _write(broken, [head, *lines, [("no day" if at == sent else cell) for at, cell in enumerate(lines[0])]])
    few.parent.mkdir()
    _write(few, [head, *lines[: len(lines) // 10]])
    return layout, broken, few


def _write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)


_SAVED = words(
    "proposal.filed decision.taken decision.commented decision.extended episode.clock_met episode.feedback "
    "action.moved action.cancelled action.done action.sent_back action.verified culture.metric_chosen "
    "culture.question culture.answer culture.learning culture.retrospective culture.rotation assumption.noted "
    "assumption.withdrawn indicator.entered known_issue.changed person.changed meeting.noted meeting.deferred "
    "memo.published load.published load.rolled_back access.password_set"
)
"""What must have come of it in the log: a form that is always refused shows little."""


def saved_on(site: Site) -> set[str]:
    """The kinds of what the people of the test have put into the log."""
    streams = {kind.partition(".")[0] for kind in _SAVED}
    lines = (line for name in streams for lines in site.log().stream(name).values() for line in lines)
    return {line.event.kind for line in lines if line.by in ("kim", "lee", "max")}


@pytest.mark.all
def test_every_form_that_people_have(staffed, exports, small_company, page, canary):
    """Six payloads a field: typed, sent, mended, sent again, looked at where it stands, and opened once more."""
    page.context.set_default_timeout(120_000)
    temporary = invite(staffed, LOCAL_PERSON, "max", datetime.now(UTC))
    forms = (*FORMS, *password_forms(temporary), *upload_forms(*exports))
    wide = typed_on(staffed, page, canary, forms, 6)
    with page.context.browser.new_context() as context:
        context.set_default_timeout(120_000)
        small = typed_on(small_company, context.new_page(), canary, SMALL, 6)
    typed = wide.typed | small.typed
    print(f"{len(forms) + len(SMALL)} forms, {len(typed)} fields, {wide.payloads.dealt + small.payloads.dealt} texts, "
          f"{wide.looked + small.looked} looks, {canary.visits} visits to the canary")  # fmt: skip

    untouched = {form.name for form in (*forms, *SMALL)} - {name for name, _ in typed}
    assert (wide.found + small.found, canary.visits) == ([], 0)
    assert untouched == set(), "forms that were not there"
    assert _SAVED - saved_on(staffed) == set()
    assert {one for fields in WIDGETS.values() for one in fields} - typed == set()
