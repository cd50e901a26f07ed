"""Two of everything that can be somebody's: one thing of the title that everybody here holds, one of another's."""

import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

from decision_log.assumption import AssumptionNoted
from decision_log.culture import GoalSet, QuestionAsked
from decision_log.decision import Choice, DecisionTaken
from decision_log.entry import Addition
from kpi_engine.card import Card
from services.act import created
from services.brief import Item
from services.dashboards import Dashboard, Panel
from services.directory import load_directory
from services.indicators import Indicator
from services.matter import Matter, of_card
from services.people import Person, Role
from services.site import Site
from tests.pages.assessments import WIN_RATE
from tests.services.test_propose import TEXT

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
SOON = date(2026, 8, 12)
ROLES = get_args(Role)
_PEOPLE = """
titles: {{Mine: {{}}, Theirs: {{}}}}
people:
{members}
  - {{id: somebody, name: Somebody Else, email: s@x.example, titles: [Theirs], roles: [executive, facilitator]}}
"""
_MEMBER = "  - {{id: {role}, name: A {role}, email: {role}@x.example, titles: [Mine], roles: [{role}]}}"
_CHOICE = Choice(
    decided_on=TODAY, forum="Weekly revenue", decision_owner="Mine", action="mitigate", action_text="Act", why="",
    expected_impact="", impact_by=SOON, metric_kpi="mine", metric_dimension="total", metric_slice="(all)",
    metric_target=0.3, check_on=SOON, closeout_criteria="It is above.",
)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """What belongs to a title, in every form in which it is somebody's: the KPI, its card, what was decided on it."""

    kpi: str
    title: str
    own: bool

    @property
    def card(self) -> Card:
        return replace(WIN_RATE, key=f"{self.kpi}|x", kpi=self.kpi, owners=(self.title,), decision_owner=self.title)

    @property
    def item(self) -> Item:
        return Item(self.card, None, self.card.key)

    @property
    def matter(self) -> Matter:
        return of_card(self.card, self.card.key)

    @property
    def choice(self) -> Choice:
        return _CHOICE

    @property
    def proposal(self) -> Any:
        return TEXT.model_copy(update={"narrative": ""})

    @property
    def decision(self) -> str:
        return f"decision/{self.kpi}"

    @property
    def action(self) -> str:
        return f"action/{self.kpi}/1"

    @property
    def question(self) -> str:
        return f"culture/question/{self.kpi}"

    @property
    def goal(self) -> GoalSet:
        return GoalSet(kpi=self.kpi, quarter=TODAY, start=None, target=1.0, suggested=None, because="")

    @property
    def dashboard(self) -> Dashboard:
        panel = Panel.model_validate({"title": "One", "kpis": [self.kpi], "window": "week", "chart": "table"})
        return Dashboard(title="Board", purpose="To look", panels=(panel,))

    @property
    def indicator(self) -> Indicator:
        return Indicator(
            id="trust", group="moat", name="Trust", owner=self.title, question="Is it?", lowest=1, highest=5,
            valid_days=90,
        )  # fmt: skip

    def assumption(self, person: Person) -> str:
        """Each person has one of their own, for which nobody else answers."""
        return f"assumption/{person.id if self.own else 'somebody'}"

    def noted(self, owner: str = "somebody") -> AssumptionNoted:
        return AssumptionNoted(
            forum="quarterly", step="targets", text="", kpi=self.kpi, dimension="total", slice="(all)", window="week",
            start=None, expected=1.0, noted_on=TODAY, by=SOON, owner=owner,
        )  # fmt: skip


MINE, THEIRS = Thing("mine", "Mine", True), Thing("theirs", "Theirs", False)


def write_company(home: Path) -> Site:
    """Contracts, people and the log; without data, so that whoever is let through is answered at once."""
    config = home / "config"
    for folder in ("contracts", "known_issues", "mappings"):
        (config / folder).mkdir(parents=True)
    shutil.copy(ROOT / "config" / "company.yaml", config)
    members = "\n".join(_MEMBER.format(role=role) for role in ROLES)
    (config / "people.yaml").write_text(_PEOPLE.format(members=members))
    shipped = (ROOT / "config" / "contracts" / "proposal_acceptance_rate.yaml").read_text()
    for one in (MINE, THEIRS):
        text = re.sub(r"^id: .*", f"id: {one.kpi}", re.sub(r"^beside:.*\n", "", shipped, flags=re.M), flags=re.M)
        text = re.sub(r"^owners: .*", f"owners: [{one.title}]", text, flags=re.M)
        text = re.sub(r"^(name|steward|decision_owner): .*", rf"\1: {one.title}", text, flags=re.M)
        (config / "contracts" / f"{one.kpi}.yaml").write_text(text)
    site = Site(home / "workspace", config)
    for one in (MINE, THEIRS):
        _log(site, one)
    return site


def _log(site: Site, one: Thing) -> None:
    """A decision with its action, a question, and assumptions of everybody."""
    directory, problems = load_directory(site)
    assert not problems
    taken = DecisionTaken(
        card_key=one.card.key, episode=one.card.key, breach="red", kpi=one.kpi, dimension="total", slice="(all)",
        rule="fall", period_end=TODAY, context="Fell", facts={"decision_owner": one.title}, **dict(_CHOICE),
    )  # fmt: skip
    asked = QuestionAsked(kpi=one.kpi, text="Why?", facts={})
    assignee = "Mine" if one.own else "somebody"
    additions = [Addition(one.decision, taken, one.decision), Addition(one.question, asked, one.question)]
    additions += created(directory, one.decision, 1, "Call them", assignee, SOON, "Fell", NOW)
    for owner in (*ROLES, "nobody") if one.own else ("somebody",):
        additions.append(Addition(f"assumption/{owner}", one.noted(owner), f"assumption/{owner}"))
    site.log().add(additions, "somebody", NOW)
