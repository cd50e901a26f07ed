"""A browser reduced to what loads a server: one web socket that asks for pages and reads their answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from pages.components.door import COOKIE

# Addresses of the pages that people look at most; the first page has an empty one.
PAGES = ("", "decisions", "meeting", "drill_down", "packet", "actions", "data_health")
_PATIENCE = 60.0


@dataclass(slots=True)
class Visitor:
    """One session over one socket; `errors` are what a person would have seen go wrong."""

    socket: ClientConnection
    pages: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    async def open(self, page: str) -> float:
        """Ask for a page (empty: the first one) and wait until it is drawn; the seconds it took."""
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        if page in self.pages:
            asked.rerun_script.page_script_hash = self.pages[page]
        else:
            asked.rerun_script.page_name = page
        start = time.monotonic()
        await self.socket.send(asked.SerializeToString())
        try:
            await asyncio.wait_for(self._drawn(), _PATIENCE)
        except TimeoutError:
            self.errors.append(f"{page or 'exceptions'}: not drawn within {_PATIENCE:.0f} s")
        return time.monotonic() - start

    async def _drawn(self) -> None:
        while True:
            said = ForwardMsg()
            answer = await self.socket.recv()
            said.ParseFromString(answer if isinstance(answer, bytes) else answer.encode())
            kind = said.WhichOneof("type")
            if kind == "navigation":
                self.pages |= {page.url_pathname: page.page_script_hash for page in said.navigation.app_pages}
            elif kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
                self.errors.append(said.delta.new_element.exception.message)
            elif kind == "delta" and said.delta.new_element.alert.body.startswith("The details are in"):
                self.errors.append(said.delta.new_element.alert.body)
            elif kind == "script_finished":
                return


async def visit(port: int, token: str) -> Visitor:
    """A visitor with a session, whose page is not drawn yet."""
    headers = {"Cookie": f"{COOKIE}={token}", "Origin": f"http://127.0.0.1:{port}"}
    socket = await connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", additional_headers=headers, max_size=None, proxy=None
    )
    return Visitor(socket)
