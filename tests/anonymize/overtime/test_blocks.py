"""Blocks: what joins, what collides with what, and what a release changes."""

from anonymize.overtime.blocks import NOBODY, Block, Known, collisions, joined
from anonymize.overtime.omission import left_out
from anonymize.overtime.releases import Releases
from anonymize.overtime.views import ROWS, View


def pupils(first: int, last: int) -> list[bytes]:
    return [number.to_bytes(2, "big") for number in range(first, last)]


def table(*classes: list[bytes]) -> View:
    return View(ROWS, {one: label for label, members in enumerate(classes) for one in members})


def test_a_first_release_joins_if_each_class_has_k() -> None:
    releases = Releases()
    assert releases.collisions([table(pupils(0, 5), pupils(5, 10))], 5) == []
    (found,) = releases.collisions([table(pupils(0, 5), pupils(5, 9))], 5)
    assert (found.block, found.pupils, found.least, found.outside) == (NOBODY, 4, 5, False)


def test_two_tables_with_crossing_classes_collide_and_name_the_earlier_one() -> None:
    releases = Releases()
    releases.add([table(pupils(0, 5), pupils(5, 10))], 5, "first")
    found = releases.collisions([table(pupils(0, 4), pupils(4, 10))], 4)
    assert [(one.pupils, one.least, one.formed_by) for one in found] == [
        (1, 5, "first"), (4, 5, "first"),
    ]  # fmt: skip


def test_a_table_whose_classes_are_unions_of_earlier_ones_joins_and_moves_nobody() -> None:
    releases = Releases()
    releases.add([table(pupils(0, 5), pupils(5, 10), pupils(10, 15))], 5, "first")
    coarse = table(pupils(0, 10), pupils(10, 15))
    assert releases.collisions([coarse], 5) == []
    known = Known(dict.fromkeys(pupils(0, 5), 1), {1: Block(5, 5, "first")}, 2)
    change = joined(known, dict.fromkeys(pupils(0, 5), "any"), 5, "second")
    assert (change.blocks, change.moved, change.unused) == ({}, {}, 2)


def test_one_pupil_who_left_is_what_remains_outside() -> None:
    releases = Releases()
    releases.add([table(pupils(0, 10))], 5, "first")
    (found,) = releases.collisions([table(pupils(1, 10))], 5)
    assert (found.pupils, found.outside, found.formed_by) == (1, True, "first")


def test_one_pupil_who_came_is_of_nobodys_block() -> None:
    releases = Releases()
    releases.add([table(pupils(0, 10))], 5, "first")
    (found,) = releases.collisions([table(pupils(0, 11))], 5)
    assert (found.block, found.pupils, found.outside) == (NOBODY, 1, False)


def test_all_but_one_school_is_the_complement_of_that_school() -> None:
    county, small = table(pupils(0, 100)), pupils(97, 100)
    releases = Releases()
    releases.add([county], 5, "county")
    (found,) = releases.collisions([table([one for one in pupils(0, 100) if one not in small])], 5)
    assert (found.pupils, found.outside) == (3, True)


def test_the_stricter_k_of_all_releases_counts_for_each_group() -> None:
    releases = Releases()
    releases.add([table(pupils(0, 20))], 10, "strict")
    halves = table(pupils(0, 14), pupils(14, 20))
    assert [one.least for one in releases.collisions([halves], 5)] == [10]
    releases = Releases()
    releases.add([table(pupils(0, 20))], 5, "mild")
    assert [one.least for one in releases.collisions([halves], 10)] == [10]
    assert releases.collisions([halves], 6) == []


def test_whoever_came_or_left_is_left_out_with_the_rest_of_a_block() -> None:
    releases = Releases()
    releases.add([table(pupils(0, 6), pupils(6, 20))], 5, "first")
    later = table(pupils(1, 6), pupils(6, 22))
    out = releases.left_out(later, 5, most=7)
    assert out == frozenset([*pupils(1, 6), *pupils(20, 22)])
    assert releases.left_out(later, 5, most=6) is None
    rest = View(ROWS, {one: label for one, label in later.classes.items() if one not in out})
    assert releases.collisions([rest], 5) == []


def test_a_release_that_may_join_leaves_nobody_out() -> None:
    assert left_out(Known({}, {}), dict.fromkeys(pupils(0, 5), 0), 5, most=0) == frozenset()


def test_blocks_hold_what_was_promised_and_by_whom_they_were_last_cut() -> None:
    known = Known(dict.fromkeys(pupils(0, 10), 1), {1: Block(10, 4, "first")}, 2)
    classes = dict.fromkeys(pupils(0, 6), "a") | dict.fromkeys(pupils(6, 10), "b")
    change = joined(known, classes, 3, "second")
    assert change.blocks == {1: Block(6, 4, "second"), 2: Block(4, 4, "second")}
    assert set(change.moved) == set(pupils(6, 10))
    assert collisions(known, classes, 3) == []
