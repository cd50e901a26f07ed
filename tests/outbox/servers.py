"""Servers on this machine that receive what the outbox sends."""

import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Hook:
    """A web server that keeps the requests; `status` is its answer."""

    def __init__(self, status=200, headers=()):
        self.status, self.headers = status, headers
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.names: list[str] = []

    @contextmanager
    def serving(self, context: ssl.SSLContext | None = None):
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.requests.append((self.path, dict(self.headers), body))
                self.send_response(hook.status)
                for name, value in hook.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None
        if context is not None:
            context.sni_callback = lambda _socket, name, _context: self.names.append(name)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()


@contextmanager
def dripping(answer: bytes):
    """A server that gives its answer byte by byte, ten a second."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer_slowly():
        with suppress(OSError):
            line, _ = listening.accept()
            with line:
                for byte in answer:
                    line.sendall(bytes([byte]))
                    time.sleep(0.001 if byte != ord("x") else 0.1)

    threading.Thread(target=answer_slowly, daemon=True).start()
    with listening:
        yield listening.getsockname()[1]


def certificate(folder: Path, name: str) -> Path:
    """A certificate with its key for a name, signed by itself."""
    file = folder / "certificate.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
        "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(folder / "key.pem"), "-out", str(file),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + (folder / "key.pem").read_bytes())
    return file


def server_context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
