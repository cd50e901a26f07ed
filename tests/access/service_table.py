"""Every service that acts for a person: the action it is, and a call of it on a thing.

What a call is given beside the thing is only enough to get past the question of rights.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from decision_log.meeting import Topic
from services import (
    act,
    adoption,
    assume,
    brief,
    close_out,
    commit_deals,
    configuration,
    culture,
    data_health,
    decide,
    decision_inventory,
    drill_down,
    first_start,
    indicators,
    known_issues,
    manage_people,
    map_columns,
    measurable,
    outbox,
    passwords,
    propose,
    publish_memo,
    publish_packet,
    publish_report,
    quarter_plan,
    read_memo,
    read_packet,
    read_report,
    review_decisions,
    review_forum,
    roll_back,
    rule_report,
    run_meeting,
    scorecards,
    send_offences,
    staging,
    traces,
    upload,
    work_on_episode,
)
from services.people import Action, Denied, Person
from services.site import Site

from .company import NOW, SOON, TODAY, Thing

Call = Callable[[Site, Person, Thing], object]
_FILE = SimpleNamespace(found=None)
_MEETING = SimpleNamespace(id="m", opened_at=NOW, ended_at=NOW, attendees=())
_OPEN = SimpleNamespace(verdict=None)
_TOPIC = Topic(key="k", name="n", where="w")
_ONCE = {"idempotency_key": "once", "now": NOW}


@dataclass(frozen=True)
class Service:
    """The action that the table of rights must allow, and a call."""

    action: Action
    call: Call


def _told(refusal: object) -> None:
    """A service that says whether one may, instead of refusing."""
    if refusal:
        raise Denied(str(refusal))


def _take(step: str) -> Call:
    return lambda s, p, it: act.take(s, p, it.action, step, "", version=1, **_ONCE)


def _decided(it: Thing) -> SimpleNamespace:
    return SimpleNamespace(taken=SimpleNamespace(facts={}, decision_owner=it.title))


def _shown(it: Thing) -> SimpleNamespace:
    review = SimpleNamespace(narrative=None, entries=0)
    return SimpleNamespace(id="board", dashboard=it.dashboard, as_of=TODAY, review=review, may_narrate=True)


SERVICES: dict[str, Service] = {
    "act.actions": Service("view", lambda s, p, it: act.actions(s, p, TODAY)),
    "act.take (done)": Service("complete_action", _take("done")),
    "act.take (move)": Service("complete_action", _take("move")),
    "act.take (verify)": Service("verify_action", _take("verify")),
    "act.take (send back)": Service("verify_action", _take("send back")),
    "act.take (cancel)": Service("verify_action", _take("cancel")),
    "adoption.adoption": Service("view", lambda s, p, it: adoption.adoption(s, p)),
    "assume.all_assumptions": Service("view", lambda s, p, it: assume.all_assumptions(s, p, "quarterly")),
    "assume.note_assumption": Service("narrate", lambda s, p, it: assume.note_assumption(s, p, it.noted(), **_ONCE)),
    "assume.withdraw_assumption": Service(
        "narrate", lambda s, p, it: assume.withdraw_assumption(s, p, it.assumption(p), "", NOW)
    ),
    "brief.brief": Service("view", lambda s, p, it: brief.brief(s, p)),
    "close_out.comment": Service("comment", lambda s, p, it: close_out.comment(s, p, it.decision, "", **_ONCE)),
    "close_out.extend": Service(
        "extend_closeout", lambda s, p, it: close_out.extend(s, p, it.decision, SOON, "", version=1, **_ONCE)
    ),
    "close_out.may_extend": Service(
        "extend_closeout", lambda s, p, it: _told(not close_out.may_extend(s, p, _decided(it), _OPEN))
    ),
    "close_out.closeout_record": Service("view", lambda s, p, it: close_out.closeout_record(s, p)),
    "commit_deals.commit_deals": Service("view", lambda s, p, it: commit_deals.commit_deals(s, p)),
    "configuration.contracts": Service("view", lambda s, p, it: configuration.contracts(s, p)),
    "culture.read_culture": Service("view", lambda s, p, it: culture.read_culture(s, p)),
    "culture.choose_metric": Service(
        "facilitate", lambda s, p, it: culture.choose_metric(s, p, TODAY, it.kpi, "", key="m", now=NOW)
    ),
    "culture.look_back": Service(
        "comment", lambda s, p, it: culture.look_back(s, p, SimpleNamespace(last=TODAY, first=SOON), key="l", now=NOW)
    ),
    "culture.ask": Service("comment", lambda s, p, it: culture.ask(s, p, None, key="a", now=NOW)),
    "culture.may_answer": Service(
        "answer",
        lambda s, p, it: _told(
            not culture.may_answer(
                s, p, SimpleNamespace(id=it.kpi, owners=(it.title,), steward=it.title), TODAY
            )
        ),
    ),
    "culture.answer": Service("answer", lambda s, p, it: culture.answer(s, p, it.question, None, key="w", now=NOW)),
    "culture.note_learning": Service("comment", lambda s, p, it: culture.note_learning(s, p, None, key="n", now=NOW)),
    "culture.set_goal": Service("narrate", lambda s, p, it: culture.set_goal(s, p, it.goal, key="g", now=NOW)),
    "culture.rotate_owner": Service(
        "govern", lambda s, p, it: culture.rotate_owner(s, p, SimpleNamespace(owner="nobody"), key="r", now=NOW)
    ),
    "culture.suggested_goals": Service("view", lambda s, p, it: culture.suggested_goals(s, p)),
    "data_health.health": Service("view", lambda s, p, it: data_health.health(s, p)),
    "data_health.offences": Service("view", lambda s, p, it: data_health.offences(s, p, "nope")),
    "data_health.lineage": Service("view", lambda s, p, it: data_health.lineage(s, p, it.kpi)),
    "decide.why_not": Service("decide", lambda s, p, it: _told(decide.why_not(s, p, it.title))),
    "decide.decidable": Service("decide", lambda s, p, it: _told(it.kpi not in decide.decidable(s, p))),
    "decide.decide": Service("decide", lambda s, p, it: decide.decide(s, p, it.matter, it.choice, (), **_ONCE)),
    "decide.correct": Service(
        "decide",
        lambda s, p, it: decide.correct(
            s, p, SimpleNamespace(subject=it.decision, taken=s.log().of(it.decision)[0].event), it.choice, "",
            expected=1, **_ONCE,
        ),
    ),
    "decision_inventory.decision_inventory": Service(
        "view", lambda s, p, it: decision_inventory.decision_inventory(s, p)
    ),
    "decision_inventory.standing": Service("view", lambda s, p, it: decision_inventory.standing(s, p)),
    "drill_down.drill_down": Service(
        "view", lambda s, p, it: drill_down.drill_down(s, p, it.kpi, window="week", within={})
    ),
    "drill_down.records": Service(
        "view",
        lambda s, p, it: drill_down.records(
            s, p, it.kpi, start=TODAY, end=SOON, window="span", within={}, as_of=TODAY
        ),
    ),
    "first_start.prepare": Service("publish", lambda s, p, it: first_start.prepare(s, p, s.workspace)),
    "indicators.scorecard": Service("view", lambda s, p, it: indicators.scorecard(s, p, "moat", TODAY)),
    "indicators.enter": Service(
        "narrate", lambda s, p, it: indicators.enter(s, p, it.indicator, 3, "", TODAY, key="i", now=NOW)
    ),
    "known_issues.known_issues": Service("view", lambda s, p, it: known_issues.known_issues(s, p)),
    "known_issues.file_issue": Service("govern", lambda s, p, it: known_issues.file_issue(s, p, None, NOW)),
    "known_issues.renew": Service("govern", lambda s, p, it: known_issues.renew(s, p, "nope", SOON, NOW)),
    "known_issues.close": Service("govern", lambda s, p, it: known_issues.close(s, p, "nope", NOW)),
    "manage_people.directory": Service("administer", lambda s, p, it: manage_people.directory(s, p)),
    "manage_people.parts": Service("administer", lambda s, p, it: manage_people.parts(s, p)),
    "manage_people.save": Service("administer", lambda s, p, it: manage_people.save(s, p, {}, expected=0, now=NOW)),
    "manage_people.sessions": Service("administer", lambda s, p, it: manage_people.sessions(s, p, NOW)),
    "manage_people.revoke": Service("administer", lambda s, p, it: manage_people.revoke(s, p, None, NOW)),
    "map_columns.layouts": Service("publish", lambda s, p, it: map_columns.layouts(s, p, _FILE)),
    "map_columns.suggested_table": Service("publish", lambda s, p, it: map_columns.suggested_table(s, p, _FILE)),
    "map_columns.suggested_pairs": Service("publish", lambda s, p, it: map_columns.suggested_pairs(s, p, _FILE, "x")),
    "map_columns.words_of": Service("publish", lambda s, p, it: map_columns.words_of(p, _FILE, "x")),
    "map_columns.try_mapping": Service("publish", lambda s, p, it: map_columns.try_mapping(s, p, _FILE, None, TODAY)),
    "map_columns.first_rows": Service("publish", lambda s, p, it: map_columns.first_rows(s, p, _FILE, TODAY)),
    "map_columns.save_mapping": Service("publish", lambda s, p, it: map_columns.save_mapping(s, p, _FILE, None)),
    "measurable.measurable": Service("view", lambda s, p, it: measurable.measurable(s, p, it.kpi)),
    "outbox.outbox": Service("tend_outbox", lambda s, p, it: outbox.outbox(s, p, NOW)),
    "outbox.try_again": Service(
        "tend_outbox", lambda s, p, it: outbox.try_again(s, p, "message/nope", "smtp", version=1, now=NOW)
    ),
    "passwords.invite": Service("administer", lambda s, p, it: passwords.invite(s, p, "somebody", NOW)),
    "propose.why_not": Service("propose", lambda s, p, it: _told(propose.why_not(s, p, it.card, TODAY))),
    "propose.propose": Service(
        "propose", lambda s, p, it: propose.propose(s, p, it.item, it.proposal, expected=0, **_ONCE)
    ),
    "propose.proposal_on": Service("view", lambda s, p, it: propose.proposal_on(s, p, it.card.key)),
    "propose.mark_read": Service("view", lambda s, p, it: propose.mark_read(s, p, None, now=NOW)),
    "propose.not_read_by": Service("view", lambda s, p, it: propose.not_read_by(s, p, it.card, None)),
    "propose.exceptions_without_proposal": Service("view", lambda s, p, it: propose.exceptions_without_proposal(s, p)),
    "publish_memo.draft": Service("view", lambda s, p, it: publish_memo.draft(s, p, _MEETING, NOW)),
    "publish_memo.publish_memo": Service(
        "facilitate",
        lambda s, p, it: publish_memo.publish_memo(
            s, p, "nope", forecast_implications="", next_pre_read="", now=NOW
        ),
    ),
    "publish_memo.forecast_in_proposals": Service(
        "view", lambda s, p, it: publish_memo.forecast_in_proposals(s, p, _MEETING, NOW)
    ),
    "publish_memo.decided_in": Service("view", lambda s, p, it: publish_memo.decided_in(s, p, _MEETING, NOW)),
    "publish_packet.forums_with_packets": Service("view", lambda s, p, it: publish_packet.forums_with_packets(s, p)),
    "publish_packet.publish": Service(
        "facilitate", lambda s, p, it: publish_packet.publish(s, p, "nope", as_of=None, **_ONCE)
    ),
    "publish_packet.subscribe": Service("view", lambda s, p, it: publish_packet.subscribe(s, p, "nope", False, NOW)),
    "publish_report.reporting_forums": Service("view", lambda s, p, it: publish_report.reporting_forums(s, p)),
    "publish_report.draft_report": Service(
        "view", lambda s, p, it: publish_report.draft_report(s, p, "nope", None, NOW)
    ),
    "publish_report.publish_report": Service(
        "facilitate", lambda s, p, it: publish_report.publish_report(s, p, "nope", as_of=None, **_ONCE)
    ),
    "quarter_plan.quarter_plan": Service("view", lambda s, p, it: quarter_plan.quarter_plan(s, p)),
    "read_memo.all_memos": Service("view", lambda s, p, it: read_memo.all_memos(s, p)),
    "read_memo.memo_of": Service("view", lambda s, p, it: read_memo.memo_of(s, p, "nope")),
    "read_packet.all_packets": Service("view", lambda s, p, it: read_packet.all_packets(s, p)),
    "read_packet.open_packet": Service("view", lambda s, p, it: read_packet.open_packet(s, p, "nope", NOW)),
    "read_report.all_reports": Service("view", lambda s, p, it: read_report.all_reports(s, p)),
    "read_report.open_report": Service("view", lambda s, p, it: read_report.open_report(s, p, "nope")),
    "read_report.issued": Service("view", lambda s, p, it: read_report.issued(s, p)),
    "review_decisions.decisions": Service("view", lambda s, p, it: review_decisions.decisions(s, p, TODAY)),
    "review_decisions.override_rate": Service("view", lambda s, p, it: review_decisions.override_rate(s, p)),
    "review_forum.shelves": Service("view", lambda s, p, it: review_forum.shelves(s, p)),
    "review_forum.view": Service("view", lambda s, p, it: review_forum.view(s, p, "nope")),
    "review_forum.narrate": Service("narrate", lambda s, p, it: review_forum.narrate(s, p, _shown(it), "", **_ONCE)),
    "review_forum.publish_review": Service(
        "narrate", lambda s, p, it: review_forum.publish_review(s, p, _shown(it), **_ONCE)
    ),
    "review_forum.reviews": Service("view", lambda s, p, it: review_forum.reviews(s, p, "nope")),
    "roll_back.past_loads": Service("publish", lambda s, p, it: roll_back.past_loads(s, p)),
    "roll_back.roll_back": Service("publish", lambda s, p, it: roll_back.roll_back(s, p, "nope", "", "k", NOW)),
    "roll_back.events": Service("publish", lambda s, p, it: roll_back.events(s, p)),
    "rule_report.rule_reports": Service("view", lambda s, p, it: rule_report.rule_reports(s, p)),
    "run_meeting.all_meetings": Service("view", lambda s, p, it: run_meeting.all_meetings(s, p)),
    "run_meeting.running": Service("view", lambda s, p, it: run_meeting.running(s, p)),
    "run_meeting.follow": Service("view", lambda s, p, it: run_meeting.follow(s, p, "nope")),
    "run_meeting.open_meeting": Service("facilitate", lambda s, p, it: run_meeting.open_meeting(s, p, "nope", NOW)),
    "run_meeting.agenda_brief": Service("view", lambda s, p, it: run_meeting.agenda_brief(s, p, "weekly")),
    "run_meeting.pulse": Service("view", lambda s, p, it: run_meeting.pulse(s, p, "nope")),
    "run_meeting.join": Service("view", lambda s, p, it: run_meeting.join(s, p, _MEETING, NOW)),
    "run_meeting.enter": Service("facilitate", lambda s, p, it: run_meeting.enter(s, p, "no", None, seen=0, now=NOW)),
    "run_meeting.pause": Service("facilitate", lambda s, p, it: run_meeting.pause(s, p, "no", seen=0, now=NOW)),
    "run_meeting.resume": Service("facilitate", lambda s, p, it: run_meeting.resume(s, p, "no", seen=0, now=NOW)),
    "run_meeting.may_lead": Service("view", lambda s, p, it: run_meeting.may_lead(s, p)),
    "run_meeting.hand_over": Service(
        "facilitate", lambda s, p, it: run_meeting.hand_over(s, p, "no", "somebody", seen=0, now=NOW)
    ),
    "run_meeting.take_over": Service("facilitate", lambda s, p, it: run_meeting.take_over(s, p, "no", seen=0, now=NOW)),
    "run_meeting.note": Service("facilitate", lambda s, p, it: run_meeting.note(s, p, "no", None, "", **_ONCE)),
    "run_meeting.defer": Service("facilitate", lambda s, p, it: run_meeting.defer(s, p, "no", None, "", **_ONCE)),
    "run_meeting.take_up": Service("facilitate", lambda s, p, it: run_meeting.take_up(s, p, "no", _TOPIC, **_ONCE)),
    "run_meeting.cancel": Service("facilitate", lambda s, p, it: run_meeting.cancel(s, p, "no", "", NOW)),
    "run_meeting.led_by": Service("facilitate", lambda s, p, it: run_meeting.led_by(s, p, "no")),
    "scorecards.scorecards": Service("view", lambda s, p, it: scorecards.scorecards(s, p, TODAY)),
    "send_offences.send_offences": Service(
        "govern", lambda s, p, it: send_offences.send_offences(s, p, "nope", **_ONCE)
    ),
    "staging.stage": Service("publish", lambda s, p, it: staging.stage(s, p, "a.csv", io.BytesIO(b"PK\x03\x04"))),
    "staging.staged": Service("publish", lambda s, p, it: staging.staged(s, p)),
    "staging.tell": Service("publish", lambda s, p, it: staging.tell(s, p, "a.csv", staging.Reading())),
    "staging.remove": Service("publish", lambda s, p, it: staging.remove(s, p, "a.csv")),
    "staging.clear": Service("publish", lambda s, p, it: staging.clear(s, p)),
    "traces.traces": Service("view", lambda s, p, it: traces.traces(s, p)),
    "upload.check": Service("publish", lambda s, p, it: upload.check(s, p, NOW)),
    "upload.refused_rows": Service(
        "publish", lambda s, p, it: upload.refused_rows(s, p, SimpleNamespace(id="nope", told=0))
    ),
    "upload.standing_report": Service("publish", lambda s, p, it: upload.standing_report(s, p)),
    "upload.publish": Service("publish", lambda s, p, it: upload.publish(s, p, "nope", "", NOW)),
    "upload.discard": Service("publish", lambda s, p, it: upload.discard(s, p, "", NOW)),
    "work_on_episode.tick_step": Service(
        "investigate", lambda s, p, it: work_on_episode.tick_step(s, p, it.card.key, 0, True, NOW)
    ),
    "work_on_episode.meet_clock": Service(
        "investigate", lambda s, p, it: work_on_episode.meet_clock(s, p, it.card.key, "root_cause", "", NOW)
    ),
    "work_on_episode.give_feedback": Service(
        "comment", lambda s, p, it: work_on_episode.give_feedback(s, p, it.card.key, "real", "", **_ONCE)
    ),
}  # fmt: skip

PIECES = {
    "act.people_of": "names a person, asks for none",
    "check_choice.problems_of": "called by decide, which has asked",
    "check_choice.problems_of_wording": "called by decide, which has asked",
    "check_proposal.problems_of": "called by propose, which has asked",
    "culture.has_turn": "a fact about a person",
    "people.allowed": "the question itself",
    "people.may_open": "the question itself",
    "people.require": "the question itself",
    "scope.is_theirs": "the question itself",
    "scope.may_see": "the question itself",
    "scope.require_kpi": "the question itself",
    "scope.their_part": "narrows what it is given",
    "scope.within_scope": "narrows what it is given",
    "staging.files_folder": "the name of one's own folder",
    "staging.report_file": "the name of one's own file",
}
"""What takes a person and is no service by itself, and why it asks nothing."""
