"""One text of a form: empty where it must not be, or too long, and never both at once."""

import pytest

from services.written import LONGEST, unfit


@pytest.mark.parametrize(
    ("text", "remedy", "message"),
    [
        (" ", "Say why.", "is empty"),
        (" " * (LONGEST + 1), "Say why.", "is empty"),
        ("x" * (LONGEST + 1), "Say why.", "is too long"),
        ("x" * (LONGEST + 1), "", "is too long"),
    ],
)
def test_what_cannot_be_taken_is_said_once(text, remedy, message):
    (problem,) = unfit("form", "why", text, remedy)

    assert (problem.file, problem.message, problem.column) == ("form", message, "why")


def test_a_text_of_the_longest_length_is_taken_and_an_empty_one_where_nothing_is_asked():
    assert unfit("form", "why", "x" * LONGEST, "Say why.") == ()
    assert unfit("form", "why", "") == ()
