"""The labels at the ends of lines are whole, and stay inside the picture."""

import re
from datetime import date

from kpi_engine.card import Point
from rendering.lines import Path, lines

POINTS = [Point(date(2026, 6, 21), 0.5, False), Point(date(2026, 6, 28), 0.4, False)]


def labels(*names: str) -> list[tuple[float, str]]:
    """Where the coloured texts begin, and what they say."""
    drawn = lines([Path(name, POINTS, lambda value: f"{value:.0%}") for name in names])
    found = re.findall(r'<text x="([\d.]+)" y="[\d.]+" fill="#[0-9a-f]+">([^<]*)</text>', drawn)
    return [(float(at), said) for at, said in found if said.endswith("%")]


def test_the_names_of_kpis_are_not_cut():
    assert [said for _, said in labels("Discovery completion rate", "Mean time to triage first failure")[:1]] == [
        "Discovery completion rate 40%"
    ]


def test_a_label_ends_inside_the_picture_and_leaves_the_lines_their_room():
    for at, said in labels("x" * 60, "SMB"):
        assert at > 240
        assert at + 7 * len(said) <= 640
