"""Deciding on a card: filled in by the contract, refused while something is missing, kept afterwards."""

from decision_log.action import actions
from decision_log.decision import decisions
from services.site import Site

from .assessments import BUSY, WIN_RATE, assessment
from .conftest import text_of


def _open(show):
    at = show("exceptions", assessment(WIN_RATE))
    at.button(key=f"decide-{WIN_RATE.key}").click().run()
    return at


def _field(at, label):
    return next(
        w
        for w in (*at.text_input, *at.text_area, *at.date_input, *at.number_input, *at.selectbox)
        if w.label.startswith(label)
    )


def _send(at):
    next(button for button in at.button if button.label.startswith("Log the")).click().run()
    return at


def _logged():
    return decisions(Site.from_environment().log().stream("decision"))


def test_the_contract_fills_the_form_in(show):
    at = _open(show)

    assert not at.exception
    assert _field(at, "Chosen action").value == WIN_RATE.action_text
    assert _field(at, "Assignee").value == "hugo"
    assert _field(at, "Success metric").value == "win_rate"
    assert _field(at, "Forum").value == "Weekly revenue"
    assert _field(at, "Target").value == 21
    assert (_field(at, "Due").value - _field(at, "Date").value).days == 2
    assert (_field(at, "Check date").value - _field(at, "Date").value).days == 28


def test_a_decision_without_reason_is_not_logged(show, tmp_path):
    at = _send(_open(show))

    assert "Why" in at.error[0].value
    assert "Expected impact" in at.error[0].value
    assert _logged() == ()


def test_a_decided_card_says_so_and_needs_no_decision_any_more(show, tmp_path):
    at = _open(show)
    _field(at, "Why").set_value("Losses on price in EMEA")
    _field(at, "Expected impact").set_value("Back above 21 %")
    _field(at, "Assignee").set_value("dana")
    _send(at)

    (decision,) = _logged()
    assert decision.taken.metric_target == 0.21
    assert decision.taken.facts["value"] == WIN_RATE.value
    (action,) = actions(Site.from_environment().log().stream("action"))
    assert (action.created.decision, action.created.assignee) == (decision.subject, "dana")

    again = show("exceptions", assessment(WIN_RATE))
    assert "Every exception is decided" in text_of(again)
    assert "Decided · Run a loss review" in text_of(again)
    assert not [button for button in again.button if button.label == "Decide"]


def test_the_decision_is_in_the_log_page(show):
    at = _open(show)
    _field(at, "Why").set_value("Because <b>price</b>")
    _field(at, "Expected impact").set_value("More")
    _field(at, "Link").set_value("https://example.org/a_(b)")
    _send(at)

    log = show("decisions", assessment(WIN_RATE))

    assert not log.exception
    assert "1 decision" in text_of(log)
    assert "Because &lt;b&gt;price&lt;/b&gt;" in text_of(log)
    assert "17.3\u00a0%" in text_of(log)


def test_the_log_page_is_friendly_while_empty(show):
    at = show("decisions", BUSY)

    assert not at.exception
    assert "No decisions yet" in text_of(at)


def test_a_kpi_without_a_breach_is_decided_on_from_the_log_page(show):
    at = show("decisions", assessment())
    at.button(key="decide-freely").click().run()
    _field(at, "About which KPI").set_value("activation_rate").run()
    for label, said in (("Chosen action", "Two more trials"), ("Action", "Ask them"), ("Why", "A bet")):
        _field(at, label).set_value(said)
    _field(at, "Expected impact").set_value("More")
    _send(at)

    assert not at.exception
    (decision,) = _logged()
    assert (decision.taken.kpi, decision.taken.breach, decision.taken.action_text) == (
        "activation_rate",
        "",
        "Two more trials",
    )
    assert "no breach" in text_of(show("decisions", assessment()))


def test_a_breach_is_decided_on_as_a_breach_from_the_log_page_too(show):
    at = show("decisions", assessment(WIN_RATE))
    at.button(key="decide-freely").click().run()
    _field(at, "About which KPI").set_value("win_rate").run()
    _field(at, "Slice of it").set_value("segment\tEnterprise").run()

    assert "red below 21" in text_of(at)


def test_a_decision_is_corrected_with_a_reason_and_shows_both_wordings(show):
    at = _open(show)
    _field(at, "Why").set_value("Price")
    _field(at, "Expected impact").set_value("More")
    _send(at)

    log = show("decisions", assessment(WIN_RATE))
    next(button for button in log.button if button.label == "Correct").click().run()
    _field(log, "Why it is corrected").set_value("Misheard")
    next(widget for widget in log.text_area if widget.label == "Why").set_value("Product")
    _send(log)

    assert not log.exception
    shown = text_of(show("decisions", assessment(WIN_RATE)))
    assert "Misheard" in shown
    assert "Price <b>→</b> Product" in shown
