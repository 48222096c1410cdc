"""Whom can nobody tell apart, who holds all releases so far? Blocks: their common refinement.

A release tells of each of its pupils to which class they belong, and so of all others that they
are not in it. Two pupils are in one block if every release so far says the same of both. Swap all
that two pupils of one block ever had besides the class labels, and every release stays as it is:
so nobody who holds all releases, and knows every label and cohort, finds fewer than a block.
A release may join if no block of released pupils falls below k by it. The answer depends on labels
and cohorts alone, which the attacker is supposed to know; a refusal therefore tells nothing new
(simulatable auditing: Kenthapadi, Mishra, Nissim 2005). Threat model: docs/overtime.md.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

NOBODY: Final = 0
"""The number of the block of all pupils who are in no release so far. Its size is not counted."""

Pupil = bytes
"""A keyed tag: the rules need no more than to know a pupil again."""


@dataclass(frozen=True, slots=True)
class Block:
    """`size` pupils; every release that holds them promised groups of at least `least` (its k).

    `formed_by` names the release that last set this block apart from others.
    """

    size: int
    least: int
    formed_by: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a release, as far as its pupils are concerned.

    `block_of` holds those of its pupils who were in a release before; `blocks` their blocks (more
    do no harm); `unused` is a number above that of every block there ever was.
    """

    block_of: Mapping[Pupil, int]
    blocks: Mapping[int, Block]
    unused: int = 1


@dataclass(frozen=True, slots=True)
class Collision:
    """A group of `pupils` that would fall below the `least` that was promised for it.

    `block` is the number of the block that is cut (NOBODY: pupils never released before, who join
    a class of others) and `formed_by` the release that made it. With `outside` the group is what
    remains of the block outside the new release; else it is the part inside one of its classes.
    """

    block: int
    pupils: int
    least: int
    formed_by: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a release changes: blocks new or altered, and pupils who are now in another block.

    If both are empty, it tells nothing that was not told before.
    """

    blocks: Mapping[int, Block]
    moved: Mapping[Pupil, int]
    unused: int


def collisions(known: Known, classes: Mapping[Pupil, Hashable], k: int) -> list[Collision]:
    """Return the groups below k if these pupils were released in these classes; none: it may join.

    The most pupils missing first. k is the new release's; earlier promises count where stricter.
    """
    parts, taken = _parts(known, classes)
    found = []
    for (number, _), size in parts.items():
        least = max(k, _least(known, number))
        if size < least:
            found.append(Collision(number, size, least, _formed_by(known, number), outside=False))
    for number, inside in taken.items():
        if number != NOBODY and (rest := known.blocks[number].size - inside) > 0:
            block = known.blocks[number]
            if rest < block.least:
                found.append(Collision(number, rest, block.least, block.formed_by, outside=True))
    return sorted(found, key=lambda one: (one.pupils - one.least, one.block, one.outside))


def joined(known: Known, classes: Mapping[Pupil, Hashable], k: int, release: str) -> Change:
    """Return what changes when the release of that name joins.

    It does not judge: ask `collisions` first. The pupils of a block that stay together keep its
    number if nobody of them was left outside, or if they are the ones outside; so a release whose
    classes are unions of blocks moves nobody.
    """
    parts, taken = _parts(known, classes)
    numbers: dict[tuple[int, Hashable], int] = {}
    blocks: dict[int, Block] = {}
    unused, keeps = known.unused, set[int]()
    for (number, label), size in sorted(parts.items(), key=lambda part: -part[1]):
        whole = number != NOBODY and known.blocks[number].size == taken[number]
        if whole and number not in keeps:
            keeps.add(number)
            numbers[number, label] = number
        else:
            numbers[number, label] = unused
            unused += 1
        least = max(k, _least(known, number))
        cut = not whole or size < taken[number]
        by = release if cut else known.blocks[number].formed_by
        block = Block(size, least, by)
        if known.blocks.get(numbers[number, label]) != block:
            blocks[numbers[number, label]] = block
    for number, inside in taken.items():
        if number != NOBODY and (rest := known.blocks[number].size - inside) > 0:
            blocks[number] = Block(rest, known.blocks[number].least, release)
    moved = {}
    for pupil, label in classes.items():
        before = known.block_of.get(pupil, NOBODY)
        if (after := numbers[before, label]) != before:
            moved[pupil] = after
    return Change(blocks, moved, unused)


def _parts(
    known: Known, classes: Mapping[Pupil, Hashable]
) -> tuple[Counter[tuple[int, Hashable]], Counter[int]]:
    """Return how many pupils of each block fall into each class, and into any class."""
    of = known.block_of
    parts = Counter((of.get(pupil, NOBODY), label) for pupil, label in classes.items())
    taken: Counter[int] = Counter()
    for (number, _), size in parts.items():
        taken[number] += size
    return parts, taken


def _least(known: Known, number: int) -> int:
    return 0 if number == NOBODY else known.blocks[number].least


def _formed_by(known: Known, number: int) -> str:
    return "" if number == NOBODY else known.blocks[number].formed_by
