"""The closeout on the decisions page: what data said is shown, people comment and extend, nobody sets a verdict."""

from datetime import date, timedelta

from decision_log.closeout import DecisionClosed, closeout_of
from decision_log.decision import DecisionTaken
from decision_log.entry import Addition
from services.site import Site

from .assessments import BUSY
from .conftest import text_of
from .test_actions import NOW, TODAY, button, person

CHECKED = date(2026, 6, 28)
SUBJECT = "decision/a"


def decided(outcome=None, reason=""):
    """A decision of the CRO's on the win rate, with a verdict if one is given."""
    site = Site.from_environment()
    taken = DecisionTaken(
        kpi="win_rate", dimension="total", slice="(all)", period_end=CHECKED, context="Win rate at 17 %", facts={},
        decided_on=CHECKED - timedelta(days=28), forum="Weekly revenue", decision_owner="CRO", action="mitigate",
        action_text="Shorten the proposal", why="Too long", expected_impact="More", impact_by=CHECKED,
        metric_kpi="win_rate", metric_dimension="total", metric_slice="(all)", metric_target=0.21, check_on=CHECKED,
        closeout_criteria="At target",
    )  # fmt: skip
    additions = [Addition(SUBJECT, taken, "taken")]
    if outcome:
        value = None if outcome == "not evaluable" else 0.173
        closed = DecisionClosed(
            check_on=CHECKED, as_of=CHECKED, outcome=outcome, reason=reason, metric_kpi="win_rate",
            metric_dimension="total", metric_slice="(all)", target=0.21, window="4w",
            period_start=CHECKED - timedelta(days=27), period_end=CHECKED, value=value, n=81, variant="count",
            snapshot="9f2c4a7be01d", contract="c1", engine="2",
        )  # fmt: skip
        additions.append(Addition(SUBJECT, closed, "closed"))
    site.log().add(additions, "dana", NOW)
    return site


def labels(at):
    return {one.label for one in at.button}


def test_a_verdict_is_shown_with_value_target_n_and_fingerprints(show):
    site = decided("not met")

    text = text_of(show("decisions", BUSY, person=person(site, "dana")))

    assert "Not met</span> · Win rate 17.3\u00a0% against at least 21.0\u00a0%, n = 81, trailing 4 weeks" in text
    assert "snapshot 9f2c4a7be01d, contract c1, engine 2" in text


def test_not_evaluable_is_not_green_and_says_why(show):
    site = decided("not evaluable", "source stale")

    text = text_of(show("decisions", BUSY, person=person(site, "dana")))

    assert "<span class='status open'>Not evaluable</span> · source out of date" in text


def test_a_later_check_needs_a_reason_and_brings_the_decision_back(show):
    site = decided("not met")
    at = show("decisions", BUSY, person=person(site, "dana"))
    button(at, "Check later").click().run()
    button(at, "Check later").click().run()
    assert "Reason" in at.error[0].value

    next(one for one in at.text_area if one.label.startswith("Why it needs")).set_value("Legal was late").run()
    button(at, "Check later").click().run()

    standing = closeout_of(site.log().of(SUBJECT))
    assert standing.verdict is None
    assert standing.check_on == TODAY + timedelta(days=28)
    assert "Legal was late" in text_of(at)
    assert "Not met" in text_of(at), "the first verdict stays visible"


def test_a_comment_changes_nothing_but_is_kept(show):
    site = decided("not met")
    at = show("decisions", BUSY, person=person(site, "tess"))
    assert "Check later" not in labels(at), "only the decision's owner extends"
    button(at, "Comment").click().run()
    at.text_area[0].set_value("It <b>worked</b> for us").run()
    button(at, "Comment").click().run()

    assert closeout_of(site.log().of(SUBJECT)).verdict.outcome == "not met"
    assert "It &lt;b&gt;worked&lt;/b&gt; for us" in text_of(at)


def test_met_is_closed_and_viewers_only_read(show):
    site = decided("met")

    assert "Check later" not in labels(show("decisions", BUSY, person=person(site, "dana")))
    assert not {"Check later", "Comment"} & labels(show("decisions", BUSY, person=person(site, "vik")))
