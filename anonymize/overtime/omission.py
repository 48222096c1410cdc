"""Whom must a release leave out so that it may join the earlier ones?

The cheapest cure where a cohort has changed a little: the few who came are left out, and with the
few who left goes the rest of their block. A function of blocks and labels only, like the check.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping

from anonymize.overtime.blocks import NOBODY, Known, Pupil


def left_out(
    known: Known, classes: Mapping[Pupil, Hashable], k: int, most: int
) -> frozenset[Pupil] | None:
    """Return the pupils to leave out, none if it may join as it is; None if more than `most`.

    Without them `collisions` finds nothing: every part of a block within a class, and what is left
    of every block outside, is empty or large enough.
    """
    parts: dict[int, dict[Hashable, list[Pupil]]] = defaultdict(lambda: defaultdict(list))
    for pupil, label in classes.items():
        parts[known.block_of.get(pupil, NOBODY)][label].append(pupil)
    out: list[Pupil] = []
    for number, by_class in parts.items():
        out += _of_block(known, number, by_class, k)
        if len(out) > most:
            return None
    return frozenset(out)


def _of_block(
    known: Known, number: int, by_class: Mapping[Hashable, list[Pupil]], k: int
) -> list[Pupil]:
    """Return whom to leave out of one block: the small parts, or all if too few were outside."""
    if number == NOBODY:
        return [pupil for part in by_class.values() if len(part) < k for pupil in part]
    block = known.blocks[number]
    least = max(k, block.least)
    stay = sum(len(part) for part in by_class.values() if len(part) >= least)
    everybody = 0 < block.size - stay < block.least
    return [pupil for part in by_class.values() if everybody or len(part) < least for pupil in part]
