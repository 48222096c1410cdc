"""An attacker who holds releases, knows every label and cohort, and intersects: brute force."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

Held = tuple[Mapping[bytes, Hashable], int]
"""The classes of one release, and the k that it promised."""

OUT = "\0out"


def isolated(pupils: Sequence[bytes], held: Sequence[Held]) -> list[tuple[frozenset[bytes], int]]:
    """Return the groups that he tells apart and that are smaller than was promised to them."""
    groups: dict[tuple[Hashable, ...], set[bytes]] = defaultdict(set)
    for pupil in pupils:
        groups[tuple(classes.get(pupil, OUT) for classes, _ in held)].add(pupil)
    found = []
    for signature, group in groups.items():
        promised = [k for (_, k), label in zip(held, signature, strict=True) if label != OUT]
        if promised and len(group) < max(promised):
            found.append((frozenset(group), max(promised)))
    return found
