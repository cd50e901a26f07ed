"""Delivery: at least once under one id, with back-off and an end, and never silently."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from decision_log.database import Database
from decision_log.entry import Addition
from decision_log.log import DecisionLog
from decision_log.outbox import Attachment, MessageAttempted, messages
from services.channels import OutboxSettings
from services.outbox import deliver, load_outbox, message, outbox, try_again
from services.people import LOCAL_PERSON, Denied, Person
from services.site import Site

from .servers import Hook

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    return Site(tmp_path / "workspace", tmp_path / "config")


def configure(site, port, **settings):
    url = f"http://127.0.0.1:{port}/"
    channel = {"name": "tool", "kind": "webhook", "url": url, "hosts": ["127.0.0.1"], "addresses": ["127.0.0.1"]}
    (site.config / "outbox.yaml").write_text(json.dumps({"channels": [channel], **settings}))
    assert load_outbox(site)[1] == ()


def queue(site, *ids, **more):
    for one in ids:
        site.log().add([message(one, ["dana@example.org"], f"About {one}", "Text", topic="action", **more)], "kim", NOW)


def line(site, now=NOW):
    (found,) = outbox(site, LOCAL_PERSON, now).lines
    return found


def test_without_a_channel_messages_are_kept_and_seen(site):
    queue(site, "a")

    assert deliver(site, TODAY, NOW) == ()
    assert (line(site).standing, line(site).reason) == ("not sent", "")


def test_queued_twice_is_sent_once(site):
    queue(site, "a", "a")
    received = Hook()
    with received.serving() as port:
        configure(site, port)
        assert deliver(site, TODAY, NOW) == ("Outbox, tool: 1 sent, 0 failed",)
        size = site.log().size
        assert deliver(site, TODAY, NOW + timedelta(days=1)) == ()

    assert site.log().size == size
    assert len(received.requests) == 1
    assert line(site).standing == "sent"


def test_a_failure_is_tried_again_later_under_the_same_id(site):
    queue(site, "a")
    received = Hook(503)
    with received.serving() as port:
        configure(site, port)
        deliver(site, TODAY, NOW)
        assert line(site).standing == "failing"
        assert "503" in line(site).reason
        assert deliver(site, TODAY, NOW + timedelta(seconds=59)) == (), "too early"
        received.status = 200
        deliver(site, TODAY, NOW + timedelta(seconds=60))

    ids = [headers["Idempotency-Key"] for _, headers, _ in received.requests]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert line(site).standing == "sent"


def test_after_the_last_attempt_it_is_given_up_until_somebody_asks(site):
    queue(site, "a")
    received = Hook(500)
    with received.serving() as port:
        configure(site, port, max_attempts=3)
        for hours in range(0, 200, 10):
            deliver(site, TODAY, NOW + timedelta(hours=hours))
        assert len(received.requests) == 3
        given_up = line(site, NOW + timedelta(hours=1))
        assert (given_up.standing, given_up.attempts) == ("given up", 3)
        assert outbox(site, LOCAL_PERSON, NOW).troubles == (given_up,)

        received.status = 200
        one = given_up.message
        for _ in range(2):
            try_again(site, LOCAL_PERSON, one.subject, "tool", version=one.version, now=NOW)
        deliver(site, TODAY, NOW + timedelta(hours=2))
    assert line(site).standing == "sent"


def test_a_process_that_dies_while_sending_leaves_it_to_the_next(site):
    queue(site, "a")
    claim = MessageAttempted(channel="tool", retry_at=NOW + timedelta(minutes=1))
    site.log().add([Addition("message/a", claim, "claim", version=2)], "clockwork", NOW)
    received = Hook()
    with received.serving() as port:
        configure(site, port)
        assert deliver(site, TODAY, NOW) == (), "somebody else may still be at it"
        deliver(site, TODAY, NOW + timedelta(minutes=1))
    assert len(received.requests) == 1


def test_two_processes_send_each_message_once(site):
    queue(site, *"abcdef")
    received = Hook()
    path = site.workspace / "decisions.sqlite3"
    with received.serving() as port:
        configure(site, port)
        logs = iter([DecisionLog(Database.open(path)) for _ in range(4)])
        sites = [type("Elsewhere", (), {"log": lambda _, log=log: log})() for log in logs]
        for one in sites:
            one.workspace, one.config, one.people = site.workspace, site.config, site.people
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one: deliver(one, TODAY, NOW), sites))
    assert len(received.requests) == 6


def test_a_channel_that_is_down_does_not_hold_up_the_run(site):
    queue(site, *"abcdefgh")
    received = Hook(500)
    with received.serving() as port:
        configure(site, port)
        deliver(site, TODAY, NOW)
        assert deliver(site, TODAY, NOW) == (), "a second tick at once changes nothing"
    assert len(received.requests) == 3


def test_what_fails_does_not_hold_up_what_would_arrive(site):
    known = {"name": "gone.pdf", "media_type": "application/pdf", "file": "gone.pdf", "sha256": "0"}
    queue(site, *"abc", attachments=[Attachment(**known)])
    received = Hook()
    with received.serving() as port:
        configure(site, port)
        deliver(site, TODAY, NOW)
        queue(site, "d")
        deliver(site, TODAY, NOW + timedelta(minutes=2))
    assert len(received.requests) == 1


def test_what_is_too_old_is_not_sent_any_more(site):
    queue(site, "a")
    with Hook().serving() as port:
        configure(site, port, max_age_days=2)
        assert deliver(site, TODAY, NOW + timedelta(days=3)) == ()
    assert line(site, NOW + timedelta(days=3)).reason == "older than 2 days"


def test_an_attached_file_is_sent_only_as_it_was_queued(site):
    file = site.workspace / "packets" / "week.pdf"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"%PDF")
    digest = hashlib.sha256(b"%PDF").hexdigest()
    known = {"name": "week.pdf", "media_type": "application/pdf", "sha256": digest}
    queue(site, "inside", attachments=[Attachment(file="packets/week.pdf", **known)])
    queue(site, "outside", attachments=[Attachment(file="../config/people.yaml", **known)])
    with Hook().serving() as port:
        configure(site, port)
        deliver(site, TODAY, NOW)
        file.write_bytes(b"%PDF changed")
        queue(site, "changed", attachments=[Attachment(file="packets/week.pdf", **known)])
        deliver(site, TODAY, NOW)

    standing = {one.message.id: (one.standing, one.reason) for one in outbox(site, LOCAL_PERSON, NOW).lines}
    assert standing == {
        "inside": ("sent", ""),
        "outside": ("failing", "the attachment week.pdf is gone"),
        "changed": ("failing", "the attachment week.pdf has changed"),
    }


def test_a_mistake_in_the_file_is_shown_with_its_line_and_sends_nothing(site):
    (site.config / "outbox.yaml").write_text("channels:\n  - {name: mail, kind: smtp, host: h, sender: nobody}\n")
    queue(site, "a")

    assert deliver(site, TODAY, NOW) == ()
    (problem,) = outbox(site, LOCAL_PERSON, NOW).problems
    assert problem.line == 2


def test_only_who_looks_after_it_sees_the_outbox(site):
    queue(site, "a")
    for role in ("viewer", "executive", "analyst"):
        with pytest.raises(Denied):
            outbox(site, Person("kim", "Kim", frozenset({role})), NOW)
    for role in ("facilitator", "administrator"):
        assert outbox(site, Person("kim", "Kim", frozenset({role})), NOW).lines


def test_the_shipped_file_has_no_channel_and_no_mistake():
    assert load_outbox(Site(ROOT / "data", ROOT / "config")) == (OutboxSettings(), ())


def test_a_secret_never_reaches_the_log(site, monkeypatch):
    monkeypatch.setenv("RCC_HOOK", "https://hooks.example.org/services/T0/s3cret")
    channel = {"name": "chat", "kind": "slack", "url_env": "RCC_HOOK", "hosts": ["other.example.org"]}
    (site.config / "outbox.yaml").write_text(json.dumps({"channels": [channel]}))
    queue(site, "a")
    deliver(site, TODAY, NOW)

    assert "not among the hosts" in line(site).reason
    assert "s3cret" not in repr(messages(site.log().stream("message")))
