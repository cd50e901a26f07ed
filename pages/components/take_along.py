"""Records to take along, as CSV and as an Excel workbook."""

import pandas as pd
import streamlit as st

from services.download import as_csv
from services.workbook import as_xlsx

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def take_along(rows: pd.DataFrame, name: str, told: str) -> None:
    """What is to be had, and a button for each kind of file, for a horizontal container.

    A workbook takes longer than CSV, so it is made when somebody asks for it. Its name is needed before: equal
    records make equal bytes in both, so it carries the hash of the CSV.
    """
    file = as_csv(rows, name)
    st.caption(told, width="content")
    st.download_button("CSV", file.content, file.name, "text/csv", on_click="ignore")
    st.download_button("Excel", lambda: as_xlsx(rows), f"{file.name.removesuffix('csv')}xlsx", _XLSX, on_click="ignore")
