"""Data health: what the data of the current load is worth, what to mend in it, and where each number comes from."""

import streamlit as st

from pages.components.data_loads import lineage_of, loads
from pages.components.data_records import records_to_mend
from pages.components.data_sources import sources
from pages.components.data_standing import standing
from pages.components.gate import enter
from pages.components.states import no_data, to_mend
from pages.components.units import day
from services.data_health import health

visit = enter("Data health")
with st.spinner("Reading…"):
    found, problems = health(visit.site, visit.person)
if found is None:
    to_mend(problems) if problems else no_data()
    st.stop()

opened = [one for one in found.controls if one.outcome.state == "open"]
stale = sum(one.state == "stale" for one in found.sources)
broken = sum(one.outcome.violations for one in found.hygiene)
answer = f'<span class="count">{len(opened)}</span> of {len(found.controls)} controls open' if opened else ""
if not answer:
    answer = "Every control holds" if found.controls else "No controls are set up"
parts = [
    f"{stale} {'source is' if stale == 1 else 'sources are'} stale" if stale else "no source is stale",
    f"{broken:,} hygiene violations" if broken else "no hygiene violations",
    f"data as of {day(found.data_on)}",
    f"load {found.loads[0].number}" if found.loads else "",
]
st.html(f'<div class="rcc"><h1>{answer}</h1><p class="quiet">{" · ".join(part for part in parts if part)}</p></div>')

st.subheader("Controls", anchor=False)
standing(found.controls, visit)
st.subheader("Hygiene", anchor=False)
standing(found.hygiene, visit)
st.subheader("Records to mend", anchor=False)
records_to_mend((*found.controls, *found.hygiene), visit)
st.subheader("Sources", anchor=False)
sources(found.sources)
st.subheader("Where a number comes from", anchor=False)
lineage_of(visit)
st.subheader("Loads", anchor=False)
loads(found.loads)
