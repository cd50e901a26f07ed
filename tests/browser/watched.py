"""A page on which everything that should not happen is written down."""

from __future__ import annotations

import re

from playwright.sync_api import Error, Page

from services.people import LOCAL_PERSON

from .canary import Canary
from .conftest import SETTLED, visit

# What would end the visit, or send what the round has typed into the log.
_KEPT_AWAY = re.compile(r"sign out|end the meeting|discard|remove|revoke|download|^$", re.IGNORECASE)
_WATCH = """
window.__csp = [];
document.addEventListener('securitypolicyviolation', e => window.__csp.push(e.violatedDirective + ' ' + e.blockedURI));
"""
_ALIVE = """canary => {
  const found = [];
  if (window.__pwned) found.push('a script ran');
  found.push(...window.__csp.map(said => 'CSP: ' + said));
  for (const one of document.querySelectorAll('body *')) {
    for (const {name, value} of one.attributes) {
      if (/^on/i.test(name) && value.includes('__pwned')) found.push(`${one.tagName} ${name}`);
      if (/^(src|href|xlink:href|poster|data|action|formaction|style|srcset)$/i.test(name)
          && (value.includes(canary) || /^\\s*(javascript|data:text)/i.test(value))) {
        found.push(`${one.tagName} ${name}=${value.slice(0, 90)}`);
      }
    }
    if (/^(IFRAME|OBJECT|EMBED|BASE|VIDEO|AUDIO|FORM|MATH)$/.test(one.tagName) && one.outerHTML.includes(canary)) {
      found.push(one.tagName);
    }
    if (one.classList.contains('katex') || one.matches('[data-testid=stMarkdownColoredText], .stMarkdownBadge')) {
      found.push('directive ' + one.textContent.slice(0, 40));
    }
    if (/^H[1-6]$|^LI$|^DEL$|^CODE$/.test(one.tagName) && /^(Heading|item|s|code)$/.test(one.textContent)) {
      found.push('Markdown ' + one.outerHTML.slice(0, 60));
    }
  }
  return found;
}"""


class Watched:
    """A page that is looked at, place by place; `found` is everything that should not have happened."""

    def __init__(self, page: Page, served: str, canary: Canary) -> None:
        self.page, self.served, self.canary = page, served, canary
        self.found: list[str] = []
        self.looked = 0
        page.add_init_script(_WATCH)
        page.on("dialog", lambda dialog: (self.found.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        own = (self.served, self.served.replace("http", "ws"), "data:", "blob:", "about:")
        if not url.startswith(own):
            self.found.append(f"request {url}")

    def look(self, place: str) -> None:
        self.looked += 1
        self.found += [f"{place}: {said}" for said in self.page.evaluate(_ALIVE, self.canary.address)]
        if self.page.get_by_text("could not be drawn").count():
            self.found.append(f"{place}: could not be drawn")

    def open(self, address: str, person: str = LOCAL_PERSON.id) -> None:
        try:
            visit(self.page, self.served + address, person=person or None)
        except Error as error:
            self.found.append(f"{address} does not open: {error}")
        self.look(address)

    def unfold(self, place: str, most: int) -> None:
        """Open what is folded, so that the browser draws it."""
        for one in self.page.locator("[data-testid=stExpander] summary").element_handles()[:most]:
            self._try(lambda: one.evaluate("it => it.parentElement.open") or one.click(timeout=2_000))  # noqa: B023
        self.page.wait_for_selector(SETTLED)
        self.look(f"{place} unfolded")

    def press(self, place: str, most: int) -> None:
        """Press buttons of different names one after the other: dialogs, forms, what a form says of an empty field."""
        names = dict.fromkeys(one.inner_text() for one in self.page.locator("[data-testid=stMain] button").all())
        for name in [name for name in names if not _KEPT_AWAY.search(name)][:most]:
            button = self.page.locator("[data-testid=stMain] button", has_text=name).first
            self._try(lambda: button.click(timeout=2_000))  # noqa: B023
            self.page.wait_for_timeout(300)
            self.page.wait_for_selector(SETTLED)
            self.look(f"{place}, {name}")
            inner = self.page.locator("[role=dialog] button[kind*=primary]").last
            if inner.count():
                self._try(lambda: inner.click(timeout=2_000))  # noqa: B023
                self.page.wait_for_timeout(300)
                self.look(f"{place}, {name}, sent")
            self.page.keyboard.press("Escape")

    def hover(self, place: str) -> None:
        """Charts answer to the mouse; every text with a question mark has more to say."""
        for chart in self.page.locator(".js-plotly-plot, [data-testid=stTooltipHoverTarget]").all()[:6]:
            box = chart.bounding_box()
            if box:
                for part in (0.2, 0.5, 0.8):
                    self.page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
                    self.page.wait_for_timeout(80)
        self.look(f"{place} hovered")

    def links(self) -> list[str]:
        found = self.page.locator("[data-testid=stMain] a[href]").evaluate_all("all => all.map(one => one.href)")
        return [url.removeprefix(self.served) for url in found if url.startswith(self.served)]

    @staticmethod
    def _try(step: object) -> None:
        """What is hidden or gone meanwhile is left alone."""
        try:
            step()  # type: ignore[operator]
        except Error:
            return
