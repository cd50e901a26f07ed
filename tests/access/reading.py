"""What a page, a label or a file would do with a text: every active thing in it that we did not write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from google.protobuf.message import Message
from markdown_it import MarkdownIt

from .fields import words

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What Streamlit reads besides Markdown, spelt as in the payloads: icons, colours, emoji, formulas, bare addresses.
_DIRECTIVES = re.compile(
    r"(?<!\\):(?:material/delete:|streamlit:|red\[red|blue-background\[b|small\[s|badge\[!|smile:|\+1:)"
    r"|(?<!\\)\$(?:\\href|x\^2|\$\\include)|(?<![\\\w])https?://127|(?<![\\\w])www\.127"
)
_ACTIVE_TAGS = words(
    "script iframe object embed base meta link form video audio source math foreignobject use animate textarea "
    "noscript template button input frame frameset applet"
)
_ADDRESSES = frozenset(
    {"src", "href", "poster", "data", "action", "formaction", "srcset", "ping", "xlink:href", "style"}
)
# Streamlit shows these as they are: what is typed into a field, cells, addresses, names that only the program reads.
_PLAIN_FIELDS = words(
    "id form_id url value default placeholder query_string page_script_hash data spec config alt file_name "
    "set_value key css_class imgs user_key element_id columns raw_value"
)
_PLAIN_OPTIONS = ("Selectbox.options", "MultiSelect.options")


def active_in_markdown(text: str) -> Iterator[str]:
    """Elements that payloads would become if the text were shown as Markdown."""
    for token in _MARKDOWN.parse(text):
        for inner in (token, *(token.children or ())):
            href = str(inner.attrs.get("href", ""))
            if inner.type in ("html_inline", "html_block", "image") or "127.0.0.1" in href or ":window" in href:
                yield f"{inner.type} {inner.content or href}"
            if inner.type in ("fence", "code_block", "code_inline") and "CANARY" in inner.content:
                yield f"{inner.type} {inner.content}"
    yield from _DIRECTIVES.findall(text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE_TAGS:
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            said = (value or "").strip().lower()
            if name.startswith("on") or name in ("srcdoc", "autofocus"):
                self.active.append(f"{tag} {name}={said}")
            if name in _ADDRESSES and ("127.0.0.1" in said or said.startswith(("javascript:", "//"))):
                self.active.append(f"{tag} {name}={said}")

    def handle_comment(self, data: str) -> None:
        self.active.append(f"comment {data[:40]}")

    def handle_pi(self, data: str) -> None:
        self.active.append(f"instruction {data[:40]}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def active_in_html(text: str, *, ours: frozenset[str] = frozenset()) -> list[str]:
    """Elements and attributes in HTML that run or fetch; `ours` are tags that the template itself has."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [found for found in reader.active if found not in {f"<{tag}>" for tag in ours}]


def text_in_html(text: str) -> str:
    """What a person reads."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.text)


def active_on_page(tree: Any) -> list[str]:
    """Everything active in the elements of a page that was drawn by AppTest, with its place."""
    found = []
    for element in _elements(tree):
        proto = element.proto
        kind = type(proto).__name__
        for path, text in _texts(proto, kind):
            plain = path.rpartition(".")[2] in _PLAIN_FIELDS or path.startswith(_PLAIN_OPTIONS)
            if not text or (plain and kind != "Html"):
                continue
            active = active_in_html(text) if kind == "Html" else list(active_in_markdown(text))
            found += [f"{path}: {one}: {text[:160]!r}" for one in active]
    return found


def _elements(node: Any) -> Iterator[Any]:
    if getattr(node, "proto", None) is not None:
        yield node
    for child in getattr(node, "children", {}).values():
        yield from _elements(child)


def _texts(message: Message, path: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        place = f"{path}.{field.name}"
        values = value if field.is_repeated else [value]
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        for one in values:
            if isinstance(one, Message):
                yield from _texts(one, place)
            elif isinstance(one, str):
                yield place, one
