"""Somebody who types payloads into every field of a form, sends it, mends what was refused, and looks again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.access.payloads import Payloads

from .canary import Canary
from .conftest import SETTLED
from .watched import Watched

FIELDS = "[data-testid=stTextInput] input, [data-testid=stTextArea] textarea"
_BOX = "[role=dialog], [data-testid=stPopoverBody]"
_PRESSED = "button, summary, [data-testid=stCheckbox] label, [data-testid=stPageLink] a, [data-testid=stLinkButton] a"
PATIENCE = 12_000
"""Milliseconds that a field or a button gets to appear, on a machine that does other things as well."""
_WHOLE = "!document.querySelector('[data-testid=stSkeleton]')"
Step = str | Callable[[Page], object]


@dataclass(frozen=True)
class Form:
    """Where a form is, how it is opened and sent, and what it takes only in a shape of its own.

    `opens` are names of what is pressed one after the other, or what is done instead. `given` are the texts of
    fields that refuse payloads, and `choices` are done, both before it is sent the second time; `spared` are labels
    of fields that stay empty, `words` those of lists that take new ones.
    """

    name: str
    address: str
    opens: tuple[Step, ...]
    send: str
    person: str = "kim"
    given: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Step, ...] = ()
    after: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Typist(Watched):
    """`typed` are the forms and labels of all fields that took a payload."""

    def __init__(self, page: Page, served: str, canary: Canary, payloads: Payloads, several: int) -> None:
        super().__init__(page, served, canary)
        self.payloads, self.several = payloads, several
        self.typed: set[tuple[str, str]] = set()
        self.person, self.patience = "", PATIENCE

    def fill_in(self, form: Form) -> None:
        """Open, type, send; mend, send; open again; look at where it stands now."""
        self.as_(form.person)
        self.open(form.address, form.person)
        self._do(form.opens)
        self.type(form)
        self.look(f"{form.name} typed")
        self._send(form, "sent")
        if form.given or form.choices:
            self._do(form.choices)
            self.mend(form.given)
            self._send(form, "mended")
        for address in (form.address, *form.after):
            self.open(address, form.person)
            self.unfold(f"{form.name}, {address}", 4)
        self.open(form.address, form.person)
        self.patience = 2_000  # what was decided or ended has no form any more
        self._do(form.opens)
        self.patience = PATIENCE
        self.look(f"{form.name} again")

    def as_(self, person: str) -> None:
        """Be somebody else, where it is somebody else's turn."""
        if person != self.person:
            self.page.context.clear_cookies()
            self.person = person

    def type(self, form: Form) -> None:
        """Payloads into every field in sight; a field that appears meanwhile gets some as well."""
        self._try(lambda: self.box().locator(FIELDS).first.wait_for(timeout=PATIENCE))
        at = 0
        while at < (fields := self.box().locator(FIELDS)).count():
            one = fields.nth(at)
            at += 1
            if not (one.is_visible() and one.is_enabled() and one.is_editable()):
                continue
            label = one.get_attribute("aria-label") or ""
            if label not in form.spared:
                self._try(lambda: self._type_into(one, form, label))  # noqa: B023
        for label in form.words:
            self._try(lambda: self._new_word(form, label))  # noqa: B023

    def _type_into(self, one: Locator, form: Form, label: str) -> None:
        self.put(one, self.payloads.several(self.several))
        self.typed.add((form.name, label))

    def _new_word(self, form: Form, label: str) -> None:
        self.box().get_by_role("combobox", name=label).filter(visible=True).last.click(timeout=PATIENCE)
        self.page.keyboard.type(self.payloads.next()[:60].split("\n")[0])
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(300)
        self.typed.add((form.name, label))

    def mend(self, given: Mapping[str, str]) -> None:
        """Type what the fields ask for."""
        for label, text in given.items():
            one = self.box().get_by_label(label, exact=True)
            for field_ in (one.nth(at) for at in range(one.count())):
                if field_.is_visible():
                    self._try(lambda: self.put(field_, text))  # noqa: B023

    def put(self, one: Locator, text: str) -> None:
        one.fill(text, timeout=PATIENCE)
        if not one.input_value():  # a field of limited length takes nothing of what is longer
            one.fill(text[:60])
        one.blur()
        self.page.wait_for_timeout(60)
        self.page.wait_for_selector(SETTLED)

    def box(self) -> Locator:
        """Where the form stands, whole: a dialog, what folds out of a button, or the page."""
        self.page.wait_for_selector(SETTLED)
        self._try(lambda: self.page.wait_for_function(_WHOLE, timeout=PATIENCE))
        open_ = self.page.locator(_BOX).filter(visible=True)
        return open_.last if open_.count() else self.page.locator("[data-testid=stMain]")

    def push(self, name: str) -> None:
        """The first thing of that name, in the box that is open or on the page."""
        wanted = re.compile(name)
        found = self.box().locator(_PRESSED).filter(has_text=wanted, visible=True)
        found = found if found.count() else self.page.locator(_PRESSED).filter(has_text=wanted, visible=True)
        self._try(lambda: found.first.click(timeout=self.patience))
        self.page.wait_for_timeout(250)
        self.page.wait_for_selector(SETTLED)

    def _send(self, form: Form, place: str) -> None:
        self.push(form.send)
        self.page.wait_for_timeout(400)
        self.page.wait_for_selector(SETTLED)
        self.look(f"{form.name} {place}")

    def _do(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            if isinstance(step, str):
                self.push(step)
            else:
                self._try(lambda: step(self.page))  # noqa: B023
                self.page.wait_for_selector(SETTLED)
