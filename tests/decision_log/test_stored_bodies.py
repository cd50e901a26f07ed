"""What the log has stored once is read for ever: these bodies were written by earlier versions, and hash as then."""

import pytest

from decision_log.entry import GENESIS, body, chained
from decision_log.events import parse

BODIES = {
    "packet.published": (
        '{"as_of":"2026-06-28","configuration":"c1","content":"d1","cut":["one line"],"edition":2,"engine":"1",'
        '"forum":"weekly_revenue","forum_name":"Weekly","html":"d2","kind":"packet.published","layout":1,'
        '"log_root":"r1","log_size":7,"meeting_on":"2026-06-30","pages":4,"pdf":"d3",'
        '"published_at":"2026-06-29T09:00:00+00:00","snapshot":"s1","snapshots":3}'
    ),
    "report.published": (
        '{"as_of":"2026-06-28","configuration":"c1","content":"d1","edition":1,"engine":"1","forum":"monthly_review",'
        '"forum_name":"Monthly","headline":"2 of 30 KPIs are red","html":"d2","kind":"report.published","layout":1,'
        '"log_root":"r1","log_size":7,"pages":6,"pdf":"d3","published_at":"2026-06-29T09:00:00+00:00",'
        '"snapshot":"s1","snapshots":3}'
    ),
    "decision.closed": (
        '{"as_of":"2026-06-28","check_on":"2026-06-26","contract":"f1","engine":"1","kind":"decision.closed",'
        '"metric_dimension":"segment","metric_kpi":"win_rate","metric_slice":"SMB","n":40,"outcome":"not met",'
        '"period_end":"2026-06-21","period_start":"2026-06-15","reason":"","snapshot":"s1","target":0.2,"value":0.17,'
        '"variant":"","window":"week"}'
    ),
    "assumption.confronted": (
        '{"as_of":"2026-06-28","contract":"","engine":"1","kind":"assumption.confronted","n":0,'
        '"outcome":"not evaluable","period_end":null,"period_start":null,"reason":"no contract","snapshot":"s1",'
        '"value":null,"variant":""}'
    ),
}
HASHES = {
    "packet.published": "2317b59166f129501728b9ed7304e871820eaf60e60b783bb470a7bda34d314f",
    "report.published": "513e8808ce230c9847f331c2d3858204374c31765d2613bd7a69a8dbe2f3604b",
    "decision.closed": "947fb1c6ec73b671de854a4d2844008cf8f3b177007ffeec3965a62a64513d46",
    "assumption.confronted": "88b9b43b89f88aaee45a48f4e067d6c9e0ef62f3e23f879edc54d178355c0fd2",
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_stored_body_is_read_and_written_again_as_it_was(kind):
    event = parse(BODIES[kind])

    assert event.kind == kind
    assert body(event) == BODIES[kind]
    at = "2026-06-29T09:00:00.000000+00:00"
    assert chained(GENESIS, 1, at, "kim", "subject/1", 1, "key", body(event)) == HASHES[kind]
