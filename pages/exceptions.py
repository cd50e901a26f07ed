"""Exceptions: what breached a threshold, worst first, and a decision on the spot. Nothing green is drawn."""

import streamlit as st

from pages.components.card import card
from pages.components.episode import quiet_episodes
from pages.components.gate import enter
from pages.components.headline import all_quiet, headline, not_evaluable, strip
from pages.components.known_issues import known_issues
from pages.components.states import no_data, to_mend
from pages.components.text import plain
from services.brief import brief

visit = enter("Exceptions")

title, controls = st.columns([5, 2], vertical_alignment="bottom")
with controls, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom"):
    as_of = visit.as_of
    if not visit.presenting:
        as_of = st.date_input(
            "Judged on", value=None, key="as_of", bind="query-params", format="YYYY-MM-DD", width=190,
            help="Leave empty for the last day the data speaks of",
        )  # fmt: skip
    st.toggle("Present", key="present", bind="query-params", help="For a shared screen: larger type, no navigation")

with st.spinner("Checking every KPI against its thresholds…", show_time=True):
    found, problems = brief(visit.site, visit.person, as_of)
if found is None:
    to_mend(problems) if problems else no_data()
    st.stop()

if found.assessment.all_clear and not found.items:
    strip(found)
    all_quiet(found)
    quiet_episodes(found.quiet, visit)
    st.stop()

with title:
    headline(found)
strip(found)
if not visit.presenting:
    for warning in found.assessment.warnings:
        st.caption(plain(warning))

shown = found.to_decide if visit.presenting else (*found.to_decide, *found.to_watch, *found.decided)
with st.grid(2 if visit.presenting else 3, min_column_width=340, gap="medium"):
    for item in shown:
        card(item, visit)

if not visit.presenting:
    quiet_episodes(found.quiet, visit)
    not_evaluable(found, visit)
    known_issues(found.assessment.known_issues)
    if found.folded:
        with st.expander(f"{len(found.folded)} explained by a known issue"), st.grid(3, min_column_width=340):
            for item in found.folded:
                card(item, visit)
