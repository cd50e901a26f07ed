"""An upload on its way and on the desk, asked for by others: strangers, a viewer, another analyst, another browser."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Browser, expect

from services.site import Site

from .conftest import ROOT, SETTLED, WAIT, serve, sign_in, visit

pytestmark = pytest.mark.browser
SECRET = "churn-of-northwind"


@pytest.fixture
def staffed(own_company, tmp_path) -> Site:
    config = tmp_path / "config"
    shutil.copytree(own_company.config, config)
    shutil.copy(ROOT / "config" / "people.yaml", config)
    return Site(own_company.workspace, config)


def test_nobody_else_sees_or_takes_what_waits(staffed, page, chromium: Browser, tmp_path):
    """Anna drops a file; its address and her desk are asked for with her own request, by everybody else."""
    file = tmp_path / f"{SECRET}.csv"
    file.write_text(f"account_id,name\nA0,{SECRET} cell\n")
    sent = []
    page.on("request", lambda request: sent.append(request) if "/upload_file/" in request.url else None)
    with serve(staffed) as served:
        visit(page, f"{served}/upload", person="anna")
        page.locator("input[type=file]").set_input_files(str(file))
        expect(page.get_by_text(re.compile(SECRET)).first).to_be_visible()
        (upload,) = [one for one in sent if one.method == "PUT"]
        headers = {name: text for name, text in upload.all_headers().items() if name.startswith("x-")}
        same = {"file": {"name": file.name, "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}}
        asked = {}
        for who in (None, "vik", "remy", "anna"):
            context = chromium.new_context()
            context.set_default_timeout(WAIT)
            other, heard = context.new_page(), []
            other.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))  # noqa: B023
            if who:
                sign_in(other, served, who)
            xsrf = [one for one in page.context.cookies(served) if "xsrf" in one["name"]]
            context.add_cookies([{"name": one["name"], "value": one["value"], "url": served} for one in xsrf])
            fetch = context.request.fetch
            asked[who] = [fetch(upload.url, method=method, headers=headers).status for method in ("GET", "DELETE")]
            asked[who] += [fetch(upload.url, method="PUT", headers=headers, multipart=same).status]
            visit(other, f"{served}/upload", person=who)
            other.wait_for_timeout(500)
            told = "".join(one if isinstance(one, str) else one.decode("utf-8", "replace") for one in heard)
            assert (SECRET in told) is (who == "anna"), f"{who} is told of it"
            context.close()
        again = page.context.request.fetch(upload.url, method="PUT", headers=headers, multipart=same)
        page.reload()
        page.wait_for_selector(SETTLED)
        expect(page.get_by_text(re.compile(SECRET)).first).to_be_visible()

    assert asked == {None: [403] * 3, "vik": [404] * 3, "remy": [404] * 3, "anna": [404] * 3}
    assert again.status == 204, "the request itself is a good one"
