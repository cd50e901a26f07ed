"""Packet: the pre-read of a forum's meeting, as it was published; the same as a file, and by mail."""

import streamlit as st

from pages.components.address import chosen, write
from pages.components.gate import enter
from pages.components.packet_controls import files, publish_now, readers, subscription
from pages.components.units import day
from services.packet.html import body
from services.publish_packet import forums_with_packets
from services.read_packet import all_packets, open_packet

visit = enter("Packet")
forums = forums_with_packets(visit.site, visit.person)
editions = {one.id: one.published for one in all_packets(visit.site, visit.person)}

with st.container(horizontal=True, vertical_alignment="bottom", key="not-printed"):
    if editions:
        wanted = chosen("packet", list(editions))
        st.selectbox(
            "Packet", list(editions), key="pick-packet", on_change=write, args=("packet",), width=420,
            format_func=lambda id_: f"{editions[id_].forum_name}, {day(editions[id_].meeting_on)}"
            + (f", edition {editions[id_].edition}" if editions[id_].edition > 1 else ""),
        )  # fmt: skip
    found = open_packet(visit.site, visit.person, wanted, visit.now) if editions else None
    if found is not None:
        files(found)
    subscription(visit, forums)
    publish_now(visit, forums)

if found is None:
    st.html(
        '<div class="rcc calm"><h1>No packet yet</h1><p class="lead">The pre-read goes out by itself the day before a '
        "meeting; a facilitator can publish it now.</p></div>"
    )
    st.stop()

st.html(body(found.content, st.context.theme.type or "light"))
readers(found)
