"""What a socket without a browser may do: go on with a page, send it files. Its own running session decides."""

import re
from datetime import UTC, datetime

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from pages.components.door import COOKIE
from services.sign_in import begin, open_session
from services.site import Site

from .conftest import serve
from .test_sign_in import PEOPLE, ask

pytestmark = pytest.mark.browser
_STEWARD = "  - {id: rhea, name: Rhea, email: rhea@x.example, roles: [steward]}"


@pytest.fixture
def peopled(own_company, tmp_path) -> Site:
    config = tmp_path / "config"
    config.mkdir()
    for entry in own_company.config.iterdir():
        (config / entry.name).symlink_to(entry)
    (config / "people.yaml").write_text(f"{PEOPLE}{_STEWARD}")
    return Site(own_company.workspace, config)


def session_of(site: Site, person: str) -> str:
    now = datetime.now(UTC)
    token = open_session(site, begin(site, person, "password", now), "127.0.0.1", now)
    assert token is not None
    return token


def socket(address: str, token: str, page: str | None = None) -> ClientConnection:
    """As Streamlit's own script connects; `page` asks to go on with an earlier one."""
    return connect(
        f"ws{address.removeprefix('http')}/_stcore/stream",
        subprotocols=["streamlit", "-", *([page] if page else [])],
        additional_headers={"Cookie": f"{COOKIE}={token}"},
        max_size=None,
    )


def drawn(socket: ClientConnection, *pressed: str) -> tuple[str, str]:
    """The page's id, and all that is sent for one drawing of it, with these buttons pressed."""
    asked = BackMsg()
    for button in pressed:
        asked.rerun_script.widget_states.widgets.append(WidgetState(id=button, trigger_value=True))
    asked.rerun_script.query_string = ""
    socket.send(asked.SerializeToString())
    page, frames = "", ""
    while True:
        message = ForwardMsg.FromString(bytes(socket.recv(timeout=60)))
        page = message.new_session.initialize.session_id or page
        frames += str(message)
        if message.WhichOneof("type") == "script_finished":
            return page, frames


def test_an_ended_session_presses_no_button_by_connecting_again(peopled):
    token = session_of(peopled, "dana")
    with serve(peopled) as address:
        with socket(address, token) as first:
            page, frames = drawn(first)
        (button,) = set(re.findall(r'id: "([^"]+-sign-out)"', frames))
        peopled.sessions().end_all_of("dana", "for the test", datetime.now(UTC))
        before = peopled.log().size

        with socket(address, token, page) as again:
            other, frames = drawn(again, button)

        assert peopled.log().size == before, "the button's callback ran"
        assert other != page and "Dana" not in frames


def test_a_page_is_taken_up_by_its_own_session_and_by_nobody_else(peopled):
    token, others = session_of(peopled, "dana"), session_of(peopled, "ada")
    with serve(peopled) as address:
        with socket(address, token) as first:
            page, _ = drawn(first)

        with socket(address, others, page) as theirs:
            assert drawn(theirs)[0] != page
        with socket(address, token, page) as again:
            assert drawn(again)[0] == page


def test_only_a_page_that_takes_files_is_sent_any(peopled):
    """Else any viewer could fill the server's memory by way of their own page."""
    tokens = {person: session_of(peopled, person) for person in ("vik", "rhea")}
    with serve(peopled) as address:
        for person, answer in (("vik", 404), ("rhea", 403)):  # 403: Streamlit asks for its own token next
            with socket(address, tokens[person]) as own:
                page, _ = drawn(own)
                cookie = f"{COOKIE}={tokens[person]}"
                assert ask(address, f"/_stcore/upload_file/{page}/1", "PUT", b"x", Cookie=cookie)[0] == answer
