"""How numbers and lines look, the same on pages, in HTML and in print: no Streamlit, no I/O."""
