"""Text that is not ours: escaped before Markdown or HTML can read anything into it."""

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=@/])")
# Streamlit makes links of bare addresses even where their signs are escaped: a joiner that nobody sees parts them.
_ADDRESS = re.compile(r"(https?|ftp|mailto|xmpp)(?=:)|(www)(?=\.)|(?=@)", re.IGNORECASE)
# Signs that steer a terminal or turn the direction of what stands around them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: object) -> str:
    """The text for a label or Markdown, shown as it is: no link, image, formula, icon or colour."""
    line = " ".join(_UNSEEN.sub("\ufffd", str(text)).split())
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub(lambda found: f"{found[0]}\u2060", line))


def safe(text: object) -> str:
    """The text for our own HTML."""
    return html.escape(_UNSEEN.sub("\ufffd", str(text)), quote=True)
