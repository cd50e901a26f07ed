"""Writing YAML that the strict reader reads back as it was typed: what could be taken for anything else is quoted."""

from __future__ import annotations

import re
from typing import Any

import yaml

# A letter, then letters, figures and blanks. The library quotes words such as yes and null by itself; what it leaves
# bare otherwise (089, 1e5, figures of other scripts, signs that end a line) would be read as something else.
_BARE = re.compile(r"[^\W\d][\w %/()-]*")


class _Writer(yaml.SafeDumper):
    """Repeats what stands twice, as the reader takes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never an alias."""
        return True


def _text(writer: _Writer, text: str) -> yaml.ScalarNode:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if _BARE.fullmatch(text) else '"')


_Writer.add_representer(str, _text)


def as_yaml(content: Any) -> str:
    """Mappings, lists, texts, numbers, truths and days, as the text of a file."""
    return str(yaml.dump(content, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120))
