"""A POST to a host on a list, at the very address that was checked: no redirect, no private network, no long wait."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from .letter import NotDelivered

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
# In or beside the public ranges, and yet nobody's: documentation, protocols' own, relays that have been given up.
_NOBODYS: tuple[IPv4Network | IPv6Network, ...] = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "2001::/32", "2002::/16"))
)
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
_MOST_READ = 200


def pinned_post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    hosts: Collection[str],
    addresses: Collection[str] = (),
    timeout_seconds: float = 10,
) -> None:
    """Send the body; raises `NotDelivered` unless the answer is a 2xx, all within the time given.

    `addresses` are the private ones that are allowed by name; only to them may the POST go without TLS.
    """
    parts = _checked(url, hosts)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = _safe_address(host, port, addresses)
    if parts.scheme == "http" and address not in addresses:
        raise NotDelivered(f"{host} is asked for without TLS")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Pinned(host, port, address, parts.scheme == "https", timeout_seconds)
    try:
        with _deadline(connection, timeout_seconds):
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            # Who answers 2xx has the letter, whatever else is still to be said.
            said = b"" if 200 <= answer.status < 300 else answer.read(_MOST_READ)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotDelivered(f"{host}: {error or type(error).__name__}") from error
    finally:
        connection.close()
    if 300 <= answer.status < 400:
        raise NotDelivered(f"{host} answered with a redirect ({answer.status}), which is not followed")
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"{host} answered {answer.status} {said.decode(errors='replace')}".strip())


def _checked(url: str, hosts: Collection[str]) -> SplitResult:
    # A parser drops tabs and line breaks, and some read a backslash as a slash: whoever writes them means mischief.
    if not url.isprintable() or " " in url or "\\" in url:
        raise NotDelivered("the address cannot be read")
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            raise ValueError("port 0 is no port")
    except ValueError as error:
        raise NotDelivered("the address cannot be read") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise NotDelivered("the address must be https:// and a host, without a user name")
    if parts.hostname not in {host.lower() for host in hosts}:
        raise NotDelivered(f"{parts.hostname} is not among the hosts of the channel")
    return parts


def _safe_address(host: str, port: int, allowed: Collection[str]) -> str:
    """An address of the host; refused if any of them is not public, since the name could answer otherwise next time."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotDelivered(f"{host} cannot be found: {error}") from error
    for address in found:
        if address not in allowed and not _is_public(address):
            raise NotDelivered(f"{host} is at {address}, which is not a public address")
    return found[0]


def _is_public(address: str) -> bool:
    known: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(known, IPv6Address):
        if known in _NAT64:
            return _is_public(str(IPv4Address(known.packed[-4:])))  # it reaches whatever that one reaches
        if known not in _UNICAST or known.packed[8:12] in _ISATAP:
            return False
    return known.is_global and not known.is_multicast and not any(known in network for network in _NOBODYS)


class _Pinned(http.client.HTTPConnection):
    """Connects to a given address; the TLS certificate and the Host header are still the name's."""

    def __init__(self, host: str, port: int, address: str, secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if secure else 80
        self._address = address
        self._context = ssl.create_default_context() if secure else None
        self._line: socket.socket | None = None

    def connect(self) -> None:
        """To the address, never to what the name may mean by now."""
        self._line = self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is not None:
            self._line = self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread, also while the answer is being read."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _deadline(connection: _Pinned, seconds: float) -> Iterator[None]:
    """Cut the line in the end: a socket's own time-out begins anew with every byte."""

    def cut() -> None:
        late.set()
        connection.cut()

    late = threading.Event()
    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException):
        if not late.is_set():
            raise
    finally:
        timer.cancel()
    # A line that was cut may also look like an answer that has ended.
    if late.is_set():
        raise TimeoutError("no complete answer in time")
