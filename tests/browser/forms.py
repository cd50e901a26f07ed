"""Every form that people have: where it is, how it is opened and sent, and what it takes only in a shape of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from .conftest import SETTLED
from .typist import PATIENCE, Form

PASSWORD = '<img src=x onerror="window.__pwned=1"> ![x](y)'
_LINK = {"Link to the analysis (optional)": "https://said.example/"}
_EVIDENCE = {f"Evidence {number}": "https://said.example/" for number in (1, 2, 3)}
_CALLED = '<img src=x onerror=window.__pwned=1> ![x](y) :red[z] $x$ "><script>window.__pwned=1</script>'
_QUARTER = "/reviews?dashboard=quarterly_strategy"


def pick(box: str, option: str) -> Callable[[Page], object]:
    """Choose from a list, by typing what is wanted."""

    def picked(page: Page) -> None:
        page.get_by_role("combobox", name=box).filter(visible=True).first.click(timeout=PATIENCE)
        page.keyboard.type(option)
        page.get_by_role("option", name=option).first.click(timeout=PATIENCE)
        page.keyboard.press("Tab")

    return picked


def enter(label: str, text: str) -> Callable[[Page], object]:
    """Type something of one's own into one field."""

    def typed(page: Page) -> None:
        one = page.get_by_label(label, exact=True).filter(visible=True).first
        one.fill(text, timeout=PATIENCE)
        one.blur()

    return typed


def upload(file: Path) -> Callable[[Page], object]:
    """Drop a file, and wait until it has been looked at."""

    def dropped(page: Page) -> None:
        page.locator("input[type=file]").set_input_files(str(file))
        page.get_by_role("button", name="Remove").first.wait_for(timeout=60_000)

    return dropped


def check(page: Page) -> None:
    """Let the files be checked, and wait for what comes of it."""
    page.get_by_role("button", name="Check before publishing").click(timeout=30_000)
    page.get_by_role("button", name="Discard the files").wait_for(timeout=120_000)


def onward(label: str) -> Callable[[Page], object]:
    """Lead the meeting on until a field of that label is there."""

    def led(page: Page) -> None:
        for _ in range(12):
            page.wait_for_selector(SETTLED)
            page.wait_for_timeout(300)
            if page.get_by_label(label, exact=True).filter(visible=True).count():
                return
            page.locator("button", has_text="Next: ").click()

    return led


_DECISIONS = (
    Form("propose", "/proposals", ("^Propose",), "File the proposal", given=_EVIDENCE, choices=("^Option 1$",),
         after=("/", "/proposals", "/packet")),
    Form("fewer causes", "/proposals", ("^Propose",), "File the proposal", given=_EVIDENCE, choices=("^Option 1$",),
         spared=("Cause 2", "Evidence 2", "Cause 3", "Evidence 3")),
    Form("version", "/proposals", ("^Read", "^Write a new version"), "File version 2", given=_EVIDENCE),
    Form("override", "/", ("^Decide$", "^Override it$"), "Log the decision", given=_LINK,
         choices=(pick("Assignee", "Kim"),), after=("/decisions", "/actions")),
    Form("decide freely", "/decisions", ("Record a decision",), "Log the decision", given=_LINK,
         choices=(pick("Assignee", "Kim"),), after=("/actions",)),
    Form("correct", "/decisions", ("^Correct$",), "Log the correction", given=_LINK, after=("/adoption",)),
    Form("comment", "/decisions", ("^Comment$",), "^Comment$"),
    Form("extend", "/decisions", ("^Check later$",), "^Check later$"),
    Form("clock", "/", ("^Runbook$",), "Meet the clock"),
    Form("feedback", "/", ("^Runbook$",), "^Send$", after=("/adoption",)),
    Form("move", "/actions?whose=Mine", ("^Move$",), "^Move$"),
    Form("cancel", "/actions", ("^Cancel it$",), "Cancel the action", person="lee"),
    Form("done", "/actions?whose=Mine", ("^Done$",), "Claim as done"),
    Form("send back", "/actions", ("^Send back$",), "^Send back$", person="lee"),
    Form("done again", "/actions?whose=Mine", ("^Done$",), "Claim as done"),
    Form("verify", "/actions", ("^Verify$",), "^Verify$", person="lee"),
)  # fmt: skip
_NOTES = (
    Form("metric of the week", "/culture", ("Choose the metric of the week",), "^Keep$"),
    Form("question", "/culture", ("Ask or challenge",), "^Keep$"),
    Form("answer", "/culture", ("^Answer",), "^Keep$"),
    Form("learning", "/culture", ("Share a learning",), "^Keep$"),
    Form("retrospective", "/culture", ("Add a retrospective",), "^Keep$"),
    Form("rotation", "/culture", ("Hand a KPI over",), "^Keep$", choices=(pick("To whom", "Lee"),)),
    Form("narrative", "/reviews", ("narrative",), "^Keep$", after=("/reports",)),
    Form("assumption", _QUARTER, ("Write an assumption down",), "^Write it down$",
         choices=(enter("Target (%)", "90"),)),
    Form("withdraw", _QUARTER, ("Withdraw one",), "^Withdraw$"),
    Form("judgement", _QUARTER, ("Enter a judgement",), "^Keep$"),
    Form("contracts", "/contracts", (), "^operating$"),
    Form("known issue", "/known_issues", ("File a known issue", pick("Dimension", "region")), "^File it$",
         choices=(pick("KPIs", "Win rate"),), after=("/", "/data_health", "/drill_down")),
    Form("known issue, rows", "/known_issues",
         ("File a known issue", pick("Table", "accounts"), "Leave rows out"), "^File it$"),
)  # fmt: skip
_PEOPLE = (
    Form("person", "/people", ("Add a person",), "^Save$", after=("/actions",),
         given={"Name to sign in with": "newby", "Name": _CALLED, "Mail address": "newby@x.example"},
         choices=(pick("Roles", "Viewer"),)),
    Form("person again", "/people", ("Tess Moreau",), "^Save$",
         given={"Name": _CALLED, "Mail address": "tess@x.example"}, after=("/", "/actions")),
    Form("sign in", "/", (), "^Sign in$", person=""),
)  # fmt: skip
_MEETING = (
    Form("note", "/meeting", ("^Start", onward("What changed, as agreed")), "^Next: "),
    Form("defer", "/meeting", (onward("Settled with it"), "^Defer"), "^Defer it$"),
    Form("memo", "/meeting", (onward("The next pre-read must answer"),), "Publish the memo", after=("/memos",)),
    Form("no memo", "/meeting", ("To the next meeting", "^Start", "^More"), "^End without a memo$"),
)  # fmt: skip
FORMS = (*_DECISIONS, *_NOTES, *_PEOPLE, *_MEETING)


def password_forms(temporary: str) -> tuple[Form, ...]:
    """Choosing one's own after a temporary password, and changing it afterwards."""
    signed_in = (enter("Name or mail address", "max"), enter("Password", temporary), "^Sign in$")
    own = {"New password": PASSWORD, "Once more": PASSWORD}
    return (
        Form("choose password", "/", signed_in, "Use this password", person="", given=own),
        Form("change password", "/", ("^Max", "Change password"), "Change it", person="max",
             given={"Password now": PASSWORD, "New password": f"{PASSWORD} 2", "Once more": f"{PASSWORD} 2"}),
    )  # fmt: skip


def upload_forms(layout: Path, broken: Path, suspicious: Path) -> tuple[Form, ...]:
    """A layout that is mapped, rows that are left out, a load that looks suspicious, and going back."""
    left = ("^Discard the files$", "^Remove$", "^Remove$")
    title = {"What is this export called?": "<img src=x onerror=window.__pwned=1> ![x](y) $x$"}
    return (
        Form("constant", "/upload", (upload(layout), pick("Table that it fills", "opportunities")),
             "Test on this file"),
        Form("mapping", "/upload", (upload(layout), pick("Table that it fills", "proposals"),
             pick("Rows that count", "only where Note"), pick("Its word", "is none of")), "Save this layout",
             given=title, words=("Words",)),
        Form("leave out", "/upload", (*left, upload(broken), check, "Publish without these rows"),
             "Check without them"),
        Form("suspicious", "/upload", (*left, upload(suspicious), check), "^Publish$",
             after=("/data_health",)),
        Form("roll back", "/upload", (*left, "Roll back to an earlier load"), "^Roll back$", after=("/",)),
    )  # fmt: skip


SMALL = (
    Form("decide", "/", ("^Decide$",), "Log the decision", person="local", given=_LINK, after=("/decisions",)),
    Form("remark", "/decisions", ("^Comment$",), "^Comment$", person="local"),
    Form("issue", "/known_issues", ("File a known issue",), "^File it$", person="local",
         choices=(pick("KPIs", "Proposal acceptance rate"),)),
)  # fmt: skip
"""What the small company has, where nobody is in a directory and titles are typed."""
