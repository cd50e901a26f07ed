"""Text that is not ours: escaped before Markdown or HTML can read anything into it."""

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=@/])")


def plain(text: object) -> str:
    """The text for a label or Markdown, shown as it is: no link, image, formula, icon or colour."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def safe(text: object) -> str:
    """The text for our own HTML."""
    return html.escape(str(text), quote=True)
