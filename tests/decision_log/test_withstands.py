"""What the log withstands, in small; in `make test-all` with the figures that docs/security.md gives."""

import pytest

from benchmarks.log import flips, full, kills, load, races


def amounts(few: int, many: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("times", [few, pytest.param(many, marks=pytest.mark.all)])


@amounts(5, 400)
def test_kills_lose_nothing_and_double_nothing(place, times):
    found = kills.run(place, times)
    print(found)

    assert (found.kills, found.lost, found.doubled, found.chain_intact) == (times, 0, 0, True)
    assert found.acknowledged >= times


@amounts(20, 1000)
def test_racing_processes_lose_no_change(place, times):
    found = races.run(place, times)
    print(found)

    assert (found.updates, found.lost, found.chain_intact) == (times, 0, True)


@amounts(1, 60)
def test_a_steady_load_loses_nothing(place, times):
    found = load.run(place, times)
    print(found)

    assert (found.lost, found.chain_intact) == (0, True)
    assert found.acknowledged >= times * 48


@amounts(12, 400)
def test_flipped_bits_are_found_or_harmless(tmp_path, times):
    found = flips.run(tmp_path, times)
    print(found)

    assert found.missed == 0
    assert found.found_at_start + found.found_by_verify >= times / 4


@amounts(2, 50)
def test_a_full_disk_loses_nothing(tmp_path, times):
    found = full.run(tmp_path, times)
    print(found)

    assert (found.lost, found.crashed, found.chain_intact) == (0, 0, True)
    assert found.refused == 5 * times
