"""May this release follow those before? The rules in use, for who keeps their own list in memory.

The gateway keeps the same state in its database (sharing.store.overtime); this is the library's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from anonymize.overtime.blocks import Block, Collision, Known, Pupil, collisions, joined
from anonymize.overtime.omission import left_out
from anonymize.overtime.views import View


@dataclass(slots=True)
class _Chain:
    block_of: dict[Pupil, int] = field(default_factory=dict)
    blocks: dict[int, Block] = field(default_factory=dict)
    unused: int = 1

    def known(self) -> Known:
        return Known(self.block_of, self.blocks, self.unused)


@dataclass(slots=True)
class Releases:
    """All releases that one attacker may hold together. Not for use from several threads."""

    _chains: dict[str, _Chain] = field(default_factory=dict, repr=False)

    def collisions(self, views: Iterable[View], k: int) -> list[Collision]:
        """Return the groups below k if this release followed; none: it may."""
        found: list[Collision] = []
        for view in views:
            found += collisions(self._known(view), view.classes, k)
        return found

    def left_out(self, view: View, k: int, most: int) -> frozenset[Pupil] | None:
        """Return whom a table must leave out so that it may follow; None: more than `most`."""
        return left_out(self._known(view), view.classes, k, most)

    def add(self, views: Iterable[View], k: int, release: str) -> None:
        """Remember a release that has left. It does not judge: ask `collisions` first."""
        for view in views:
            chain = self._chains.setdefault(view.chain, _Chain())
            change = joined(chain.known(), view.classes, k, release)
            chain.blocks |= change.blocks
            chain.block_of |= change.moved
            chain.unused = change.unused

    def _known(self, view: View) -> Known:
        return self._chains.get(view.chain, _Chain()).known()
