"""A file that is made when its page asks for it: whose it is, and how long it is there."""

from pathlib import PurePosixPath

import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from router import files as router_files
from router.files import Offered


@pytest.fixture
def files(monkeypatch) -> MediaFileManager:
    """Streamlit's files, asked for by one open page that came with a token."""
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "page")
    monkeypatch.setattr(router_files, "_came_with", {"page": "token"}.__getitem__)
    return MediaFileManager(MemoryMediaFileStorage("/media"))


def test_it_belongs_to_the_page_that_was_drawn_with_its_button(files):
    offered = Offered()
    offered.watch(files)

    address = files.execute_deferred(files.add_deferred(lambda: b"records", "text/plain", "1.2"))

    assert offered.to(address, "token")
    assert not offered.to(address, "other") and not offered.to(address, "")


def test_it_stays_while_others_pages_are_drawn_and_goes_with_its_own(files):
    Offered().watch(files)
    address = files.execute_deferred(files.add_deferred(lambda: b"records", "text/plain", "1.2"))
    file = PurePosixPath(address).stem

    for _ in range(3):
        files.remove_orphaned_files()
    assert files.read_file(file) is not None

    files.clear_session_refs("page")
    for _ in range(2):
        files.remove_orphaned_files()
    assert files.read_file(file) is None
