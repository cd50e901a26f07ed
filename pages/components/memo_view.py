"""A memo on a page: the same body as in the file, in the page's own colours."""

import streamlit as st

from decision_log.memo import Memo, MemoPublished
from rendering.memo import CSS
from services.read_memo import as_file, as_html


def memo_view(told: MemoPublished, memo: Memo | None = None) -> None:
    """The memo as it was published, or as a draft."""
    st.html(f"<style>{CSS}</style>")
    with st.container(border=True, key="card-memo"):
        st.html(f'<div class="rcc memo">{as_html(told, memo)}</div>')


def memo_download(memo: Memo) -> None:
    """The memo as a file."""
    file = as_file(memo)
    st.download_button("Download as HTML", file.content, file.name, "text/html", key=f"download-{memo.id}")
