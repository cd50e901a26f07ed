"""Reports: the standard report of the monthly and quarterly forums, and everything that was published."""

import streamlit as st

from pages.components.address import chosen, write
from pages.components.gate import enter
from pages.components.report_controls import files, list_of_issued, publish_now
from pages.components.states import no_data, to_mend
from pages.components.units import day
from services.publish_report import draft_report, reporting_forums
from services.read_report import all_reports, issued, open_report
from services.report.outputs import body

visit = enter("Reports")
forums = {f"now-{forum.id}": forum for forum in reporting_forums(visit.site, visit.person)}
editions = {one.id: one.published for one in all_reports(visit.site, visit.person)}
titles = {key: f"{forum.name}, as it stands now" for key, forum in forums.items()}
titles |= {id_: f"{said.forum_name}, {day(said.as_of)}, edition {said.edition}" for id_, said in editions.items()}
if not titles:
    st.html(
        '<div class="rcc calm"><h1>No reports</h1><p class="lead">A report is made for each monthly and quarterly '
        "forum of config/forums.yaml.</p></div>"
    )
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", key="not-printed"):
    wanted = chosen("report", [*editions, *forums])
    st.selectbox(
        "Report", list(titles), format_func=lambda key: titles[key], key="pick-report", width=420,
        on_change=write, args=("report",),
    )  # fmt: skip
    if wanted in forums:
        content, problems = draft_report(visit.site, visit.person, forums[wanted].id, visit.as_of, visit.now)
        if content is not None:
            publish_now(visit, forums[wanted], content)
    else:
        found = open_report(visit.site, visit.person, wanted)
        content, problems = (None, ()) if found is None else (found.content, ())
        if found is not None:
            files(found)

list_of_issued(issued(visit.site, visit.person))
if content is None:
    to_mend(problems) if problems else no_data()
    st.stop()
st.html(body(content, st.context.theme.type or "light"))
