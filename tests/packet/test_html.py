"""The packet as HTML: everything in one file, nothing fetched, no text that acts as markup."""

import re
from dataclasses import replace

import pytest

from services.packet.html import body, document
from tests.pages.assessments import HOSTILE, RENEWALS, WIN_RATE

from .occasion import content

INJECTED = '<script>alert(1)</script><img src="http://a.example/x.png" onerror="x()">{{ 7*7 }}{% raw %}"\' onload=x'


def test_the_file_fetches_nothing():
    page = document(content(RENEWALS, WIN_RATE)).decode()

    links = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')\s]{1,20})", page)
    assert links
    assert all(link.startswith("data:") for link in links)
    assert "default-src 'none'" in page


@pytest.mark.parametrize("draw", [body, lambda packet: document(packet).decode()])
def test_markup_in_names_stays_text(draw):
    card = replace(WIN_RATE, name=INJECTED, slice=INJECTED, action_text=INJECTED, trigger=INJECTED)
    page = draw(content(card, HOSTILE, headline=INJECTED, asked=INJECTED))

    assert "<script" not in page
    assert '<img src="http' not in page
    assert 'onerror="x()"' not in page
    assert "{{ 7*7 }}" in page
    assert page.count("&lt;script&gt;") >= 4


def test_names_in_a_chart_cannot_leave_it():
    hostile = replace(WIN_RATE, currency='"><script>alert(1)</script>', unit="money")
    page = body(content(hostile))

    from base64 import b64decode

    charts = [b64decode(data).decode() for data in re.findall(r"data:image/svg\+xml;base64,([^\"]+)", page)]
    assert charts
    assert all("<script" not in chart for chart in charts)


def test_status_is_a_word_as_well_as_a_colour():
    page = body(content(RENEWALS))

    assert '<span class="status red">Red</span>' in page
    assert "n = 14" in page
    assert "No proposal" in page
