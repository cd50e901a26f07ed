"""The channels against servers on this machine: what arrives, what is refused, and that nothing waits for ever."""

import csv
import json
import shutil
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import ValidationError

from decision_log.outbox import Task
from services.channels.csv_file import CsvFile
from services.channels.letter import Enclosure, Letter, NotDelivered
from services.channels.smtp import Smtp
from services.channels.webhook import Slack, Webhook

from .servers import Hook, certificate, dripping, server_context

NAME = "hooks.example.org"
LETTER = Letter(
    id="abc123",
    topic="action",
    names=("Tess Moreau",),
    addresses=("tess@example.org",),
    subject="Yours until 2026-07-03: Call <all> lost deals",
    text="Call lost deals\nWin rate, EMEA & Americas",
    enclosures=(Enclosure("action.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),),
    task=Task(id="action/a/1", text="=Call()", assignee="Tess Moreau", due_on=date(2026, 7, 3)),
)


def hook(port, kind=Webhook, **settings):
    known = {"url": f"http://127.0.0.1:{port}/in?key=1", "hosts": ("127.0.0.1",), "addresses": ("127.0.0.1",)}
    return kind(name="hook", kind=kind.__name__.lower(), **(known | settings))


@pytest.fixture
def resolves(monkeypatch):
    """Lets names resolve to the addresses given, each look-up to the next list; returns the look-ups made."""
    real = socket.getaddrinfo

    def to(*answers):
        asked = []

        def look_up(host, port, *rest, **more):
            if host != NAME:
                return real(host, port, *rest, **more)
            asked.append(host)
            found = answers[min(len(asked), len(answers)) - 1]
            return [
                (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
                for one in found
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return to


def test_a_web_hook_gets_json_under_the_dedupe_id():
    received = Hook()
    with received.serving() as port:
        hook(port).send(LETTER)

    ((path, headers, body),) = received.requests
    content = json.loads(body)
    assert path == "/in?key=1"
    assert headers["Idempotency-Key"] == content["id"] == "abc123"
    assert content["to"] == ["Tess Moreau"]
    assert content["task"]["due_on"] == "2026-07-03"


def test_slack_gets_text_without_links_or_mentions():
    received = Hook()
    with received.serving() as port:
        hook(port, Slack).send(LETTER)

    text = json.loads(received.requests[0][2])["text"]
    assert text.startswith("*Yours until 2026-07-03: Call &lt;all&gt; lost deals*\n")
    assert "EMEA &amp; Americas" in text


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_only_2xx_counts_as_delivered_and_no_redirect_is_followed(status):
    received = Hook(status, headers=[("Location", "/elsewhere")])
    with received.serving() as port, pytest.raises(NotDelivered, match=str(status)):
        hook(port).send(LETTER)

    assert len(received.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(resolves, address):
    resolves([address])

    with pytest.raises(NotDelivered, match="not a public address"):
        hook(0, url=f"https://{NAME}/", hosts=(NAME,), addresses=()).send(LETTER)


def test_one_private_address_among_public_ones_is_refused(resolves):
    resolves(["93.184.216.34", "10.0.0.1"])

    with pytest.raises(NotDelivered, match=r"10\.0\.0\.1"):
        hook(0, url=f"https://{NAME}/", hosts=(NAME,), addresses=()).send(LETTER)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://other.example.org/", "not among the hosts"),
        (f"https://{NAME}@other.example.org/", "without a user name"),
        ("file:///etc/passwd", "must be https"),
        (f"https://{NAME}:x/", "cannot be read"),
    ],
)
def test_addresses_of_others_are_refused(url, why):
    with pytest.raises(NotDelivered, match=why):
        hook(0, url=url, hosts=(NAME,)).send(LETTER)


def test_without_tls_only_addresses_allowed_by_name(resolves):
    resolves(["93.184.216.34"])

    with pytest.raises(NotDelivered, match="without TLS"):
        hook(0, url=f"http://{NAME}/", hosts=(NAME,)).send(LETTER)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_tls_is_for_the_name_at_the_address_that_was_checked(tmp_path, monkeypatch, resolves):
    file = certificate(tmp_path, NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    asked = resolves(["127.0.0.1"], ["10.0.0.1"])
    received = Hook()
    with received.serving(server_context(file)) as port:
        hook(port, url=f"https://{NAME}:{port}/in", hosts=(NAME,)).send(LETTER)

    assert asked == [NAME], "looked up once: a second answer could be another"
    assert received.names == [NAME]
    assert received.requests[0][1]["Host"] == f"{NAME}:{port}"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_a_certificate_nobody_vouches_for_is_refused(tmp_path, resolves):
    resolves(["127.0.0.1"])
    received = Hook()
    context = server_context(certificate(tmp_path, NAME))
    with received.serving(context) as port, pytest.raises(NotDelivered, match="CERTIFICATE_VERIFY_FAILED"):
        hook(port, url=f"https://{NAME}:{port}/in", hosts=(NAME,)).send(LETTER)
    assert not received.requests


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 500, b"HTTP/1.1 500 No\r\n\r\n" + b"x" * 500]
)
def test_an_endless_answer_is_cut(answer):
    began = time.monotonic()
    with dripping(answer) as port, pytest.raises(NotDelivered, match="in time"):
        hook(port, timeout_seconds=0.5).send(LETTER)
    assert time.monotonic() - began < 3


def test_a_missing_secret_is_named(monkeypatch):
    monkeypatch.delenv("RCC_HOOK", raising=False)
    with pytest.raises(NotDelivered, match="RCC_HOOK is not set"):
        hook(0, url="", url_env="RCC_HOOK").send(LETTER)


class Mailbox:
    """Keeps the mails a server gets; refuses whom it is told to."""

    def __init__(self, refused=""):
        self.mails, self.refused = [], refused

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mail_server():
    running = []

    def start(mailbox, **settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Controller(mailbox, hostname="127.0.0.1", port=port, **settings)
        server.start()
        running.append(server)
        return port

    yield start
    for server in running:
        server.stop()


def mail(port, **settings):
    known = {"host": "127.0.0.1", "security": "none", "sender": "rcc@example.org"}
    return Smtp(name="mail", kind="smtp", port=port, **(known | settings))


def test_a_mail_carries_the_calendar_entry_and_the_dedupe_id(mail_server):
    mailbox = Mailbox()
    mail(mail_server(mailbox)).send(LETTER)

    (received,) = mailbox.mails
    assert received["Message-ID"] == "<abc123@example.org>"
    assert received["To"] == "tess@example.org"
    assert received["Subject"] == LETTER.subject
    assert received.get_body().get_content().splitlines() == LETTER.text.splitlines()
    assert [part.get_filename() for part in received.iter_attachments()] == ["action.ics"]


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: all@example.org"},
        {"addresses": ("tess@example.org\r\nBcc: all@example.org",)},
        {"addresses": ("tess@example.org, all@example.org",)},
        {"addresses": ("tess@",)},
        {"enclosures": (Enclosure("a\r\nX: 1.ics", "text/calendar", b""),)},
    ],
)
def test_text_cannot_become_a_header(mail_server, changes):
    mailbox = Mailbox()
    letter = Letter(**({name: getattr(LETTER, name) for name in LETTER.__slots__} | changes))

    with pytest.raises(NotDelivered):
        mail(mail_server(mailbox)).send(letter)
    assert mailbox.mails == []


def test_a_refused_recipient_is_a_failure(mail_server):
    with pytest.raises(NotDelivered, match="no such person"):
        mail(mail_server(Mailbox(refused="tess@example.org"))).send(LETTER)


def test_a_server_that_is_not_there_is_a_failure():
    with pytest.raises(NotDelivered, match="refused"):
        mail(1).send(LETTER)


def test_without_starttls_nothing_is_sent(mail_server):
    mailbox = Mailbox()
    with pytest.raises(NotDelivered, match="STARTTLS"):
        mail(mail_server(mailbox), security="starttls").send(LETTER)
    assert mailbox.mails == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_the_password_goes_over_tls_only(tmp_path, monkeypatch, mail_server):
    file = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("RCC_MAIL", "s3cret")
    seen, mailbox = [], Mailbox()

    def check(_server, session, _envelope, _mechanism, data):
        seen.append((data.password, session.ssl is not None))
        return AuthResult(success=data.password == b"s3cret", handled=False)

    port = mail_server(mailbox, tls_context=server_context(file), authenticator=check, require_starttls=True)
    account = {"host": "localhost", "security": "starttls", "user": "rcc", "password_env": "RCC_MAIL"}
    mail(port, **account).send(LETTER)
    assert seen == [(b"s3cret", True)]
    assert len(mailbox.mails) == 1

    monkeypatch.setenv("RCC_MAIL", "wrong")
    with pytest.raises(NotDelivered, match="does not accept the password"):
        mail(port, **account).send(LETTER)
    with pytest.raises(ValidationError, match="needs security"):
        mail(port, **(account | {"security": "none"}))


def test_mail_needs_an_address_and_topics_narrow_a_channel(mail_server):
    nobody = Letter(**({name: getattr(LETTER, name) for name in LETTER.__slots__} | {"addresses": ()}))

    assert not mail(1).wants(nobody)
    assert mail(1, topics=("action",)).wants(LETTER)
    assert not mail(1, topics=("packet",)).wants(LETTER)


def test_the_task_file_gets_one_harmless_row_however_often_it_is_sent(tmp_path):
    channel = CsvFile(name="tasks", kind="csv", path=tmp_path / "out" / "tasks.csv")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(channel.send, [LETTER] * 8))

    rows = list(csv.DictReader(channel.path.open(newline="")))
    assert [(row["message_id"], row["task"], row["due_on"]) for row in rows] == [("abc123", "'=Call()", "2026-07-03")]
