"""Addresses of web hooks that mean somewhere inside, however they are spelt: refused before anybody is connected to."""

import shutil
import socket
import threading
from contextlib import suppress
from ipaddress import ip_address

import pytest

from services.channels.letter import NotDelivered
from services.channels.pinned_post import pinned_post

from .servers import Hook, certificate, server_context

NAME = "hooks.example.org"
SPELLINGS = (
    # The loopback of IPv4 in all the ways that resolvers read it
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0X7F.1", "017700000001", "0177.0.0.1",
    "0177.0x0.0.1", "127.0.0.1.", "127.127.127.127", "0", "0.0.0.0", "0.0.0.0.", "00.0x0.0", "localhost", "LOCALHOST",
    "LocalHost.", "localhost.localdomain", "ip6-localhost", "１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "ⓛocalhost",
    "%31%32%37.0.0.1", "127.0.0.1%2e", "127.0.0.1%00.example.org",
    # and of IPv6, alone and with an IPv4 address in it
    "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[::1%25lo]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::127.0.0.1]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::80ff:fffe]", "[2606:4700::5efe:7f00:1]", "[2606:4700::200:5efe:7f00:1]",
    # Other networks that are not public
    "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "100.64.0.1", "100.127.255.254", "169.254.169.254",
    "2852039166", "0xa9fea9fe", "169.254.43518", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "192.0.0.192",
    "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[fc00::1]", "[fd12:3456::1]",
    "[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]",
)  # fmt: skip
ADDRESSES = (
    f"https://{NAME}@127.0.0.1/", f"https://{NAME}:x@127.0.0.1/", f"https://127.0.0.1#@{NAME}/",
    f"https://127.0.0.1?@{NAME}/", f"https://127.0.0.1\\@{NAME}/", f"https:\\\\{NAME}/", f"https://{NAME}\\.evil.example/",
    f"https://{NAME}.evil.example/", f"https://evil.example/{NAME}", f"https://{NAME}.", f"https://{NAME}:0/",
    f"https://{NAME}:99999/", f"https://{NAME}:-1/", f"https://{NAME}:8 0/", f"https://{NAME}\t/", f"ht\ntps://{NAME}/",
    f"https://\r\n{NAME}/", f"https://{NAME}/\r\nHost: evil.example", f" https://{NAME}/", f"//{NAME}/", NAME, "",
    f"http://{NAME}/", f"ftp://{NAME}/", f"file://{NAME}/etc/passwd", "file:///etc/passwd", f"gopher://{NAME}/",
    f"dict://{NAME}:11211/", f"ws://{NAME}/", "data:text/plain,x", "javascript:alert(1)", f"unix:///{NAME}",
    "https://[", "https://[::1", "https://]/", "https:///path", "https://", f"https:{NAME}", f"https:/{NAME}/",
    f"https://{NAME}%2f@127.0.0.1/", f"https://{NAME}%00/", "https://hooks。example.org/", "https://hoοks.example.org/",
)  # fmt: skip


@pytest.fixture
def connected(monkeypatch):
    """A server at the loopback for whom any visit is one too many; also every connection asked for anywhere."""
    tried: list[object] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def count():
        while True:
            try:
                listening.accept()[0].close()
            except OSError:
                return
            tried.append("the canary was visited")

    threading.Thread(target=count, daemon=True).start()
    real = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: (tried.append(to), real(self, to))[1])
    yield listening.getsockname()[1], tried
    listening.close()


def resolve(monkeypatch, *answers):
    """Lets the name resolve to these addresses, each look-up to the next list; numbers are read as ever."""
    real, asked = socket.getaddrinfo, []

    def look_up(host, port, *rest, **more):
        if host != NAME:
            # Only what needs no network is resolved here.
            return real(host, port, *rest, **(more | {"flags": socket.AI_NUMERICHOST if not _is_local(host) else 0}))
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in found]
        return [(kind, socket.SOCK_STREAM, 6, "", (one, port)) for kind, one in zip(kinds, found, strict=True)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def _is_local(host):
    return "local" in host.lower()


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_an_inner_address_is_connected_to(spelling, listed, connected, monkeypatch):
    """Not even where somebody has put that very spelling on the list of hosts."""
    resolve(monkeypatch, ["93.184.216.34"])
    port, tried = connected
    for scheme in ("https", "http"):
        with pytest.raises(NotDelivered):
            pinned_post(f"{scheme}://{spelling}:{port}/", b"{}", {}, hosts=[spelling.strip("[]") if listed else NAME])
    assert tried == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_trick_in_the_address_reaches_another_host(address, connected, monkeypatch):
    resolve(monkeypatch, ["93.184.216.34"])
    with pytest.raises(NotDelivered):
        pinned_post(address, b"{}", {}, hosts=[NAME])
    assert connected[1] == []


def written_out():
    """Those of the spellings that a name server could answer with."""
    for spelling in SPELLINGS:
        with suppress(ValueError):
            yield str(ip_address(spelling.strip("[]").partition("%")[0]))


@pytest.mark.parametrize("address", sorted(set(written_out())))
def test_a_name_may_not_resolve_to_one(address, connected, monkeypatch):
    """Alone, or as one of several answers: the next look-up could give it first."""
    for answers in ([address], ["93.184.216.34", address], [address, "93.184.216.34"]):
        resolve(monkeypatch, answers)
        with pytest.raises(NotDelivered):
            pinned_post(f"https://{NAME}/", b"{}", {}, hosts=[NAME])
    assert connected[1] == []


def test_a_name_that_changes_its_mind_is_looked_up_once(connected, monkeypatch):
    """Public when it is checked, inner when it is connected to."""
    port, tried = connected
    asked = resolve(monkeypatch, ["192.0.2.1"], ["127.0.0.1"])
    with pytest.raises(NotDelivered):
        pinned_post(f"https://{NAME}:{port}/", b"{}", {}, hosts=[NAME])
    asked += resolve(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    monkeypatch.setattr(socket, "create_connection", lambda to, *_: (_ for _ in ()).throw(OSError(f"asked for {to}")))
    with pytest.raises(NotDelivered, match=r"93\.184\.216\.34"):
        pinned_post(f"https://{NAME}:{port}/", b"{}", {}, hosts=[NAME])
    assert (asked, tried) == ([NAME], [])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
def test_no_redirect_is_followed_wherever_it_leads(status, connected, tmp_path, monkeypatch):
    port, tried = connected
    resolve(monkeypatch, ["127.0.0.1"])
    file = certificate(tmp_path, NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    for target in (f"http://127.0.0.1:{port}/", f"https://{NAME}/other", "http://169.254.169.254/latest/meta-data/"):
        received = Hook(status, headers=[("Location", target)])
        with received.serving(server_context(file)) as at:
            tried.clear()
            with pytest.raises(NotDelivered, match="redirect"):
                pinned_post(f"https://{NAME}:{at}/", b"{}", {}, hosts=[NAME], addresses=["127.0.0.1"])
        assert [to for to in tried if to != ("127.0.0.1", at)] == []
        assert len(received.requests) == 1


def test_proxies_of_the_environment_are_not_asked(connected, monkeypatch):
    port, tried = connected
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    received = Hook()
    with received.serving() as at:
        pinned_post(f"http://127.0.0.1:{at}/", b"{}", {}, hosts=["127.0.0.1"], addresses=["127.0.0.1"])
    assert len(received.requests) == 1
    assert [to for to in tried if to != ("127.0.0.1", at)] == []
