"""May this table or count follow what has left before? And how is it remembered once it leaves?"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from anonymize.overtime.blocks import Collision, Known, Pupil, collisions, joined
from anonymize.overtime.omission import left_out
from anonymize.overtime.views import ROWS, View
from kernel.ids import DisclosureId
from policies import Policy
from sharing.domain.overtime import Overlap, coalitions
from sharing.domain.scope import Scope
from sharing.store.overtime import Coalition, read_coalition, read_known, write
from sharing.usecases.recipients import recipient_of
from sharing.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class _Seen:
    """One chain of one coalition: what it knows of the release's pupils, and its view of them."""

    coalition: Coalition
    judges: bool
    chain: str
    known: Known
    classes: Mapping[Pupil, object]
    pupils: Mapping[Pupil, bytes]
    """From the coalition's tag back to the pupil's."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The earlier releases as they were read, beside what a new one would show."""

    k: int
    seen: tuple[_Seen, ...]

    def overlap(self) -> Overlap | None:
        """Return what stands in the way; None: the release may follow."""
        found: list[Collision] = []
        for one in self.seen:
            if one.judges:
                found += collisions(one.known, one.classes, self.k)
        return Overlap(tuple(found)) if found else None

    def left_out(self, most: int) -> frozenset[bytes] | None:
        """Return the tags of pupils without whom a table may follow; None: more than `most`."""
        out: set[bytes] = set()
        for one in self.seen:
            if not one.judges or one.chain != ROWS:
                continue
            some = left_out(one.known, one.classes, self.k, most)
            if some is None:
                return None
            out |= {one.pupils[tag] for tag in some}
        return frozenset(out) if len(out) <= most else None

    def remember(self, connection: Connection, disclosure_id: DisclosureId) -> None:
        """Add the release to all coalitions that remember it, in the job that writes it.

        Raises MovedError if another release came between: the judgement is out of date then.
        """
        for coalition_id in sorted({one.coalition.id for one in self.seen}):
            changes, unused = {}, 1
            mine = [one for one in self.seen if one.coalition.id == coalition_id]
            for place, one in enumerate(mine):
                unused = one.coalition.unused if place == 0 else unused
                known = replace(one.known, unused=unused)
                changes[one.chain] = joined(known, one.classes, self.k, disclosure_id)
                unused = changes[one.chain].unused
            write(connection, mine[0].coalition, changes, unused)


async def judge(
    services: SharingServices,
    policies: Sequence[Policy],
    scope: Scope,
    views: Sequence[View],
    k: int,
) -> Judgement:
    """Return the judgement of a release that shows its pupils (by tag) in these views."""
    recipient = await recipient_of(services, scope.recipient_id)
    judging, remembering = coalitions(policies, scope, recipient.responsible_person)
    seen: list[_Seen] = []
    for coalition_id in remembering:
        # The version is read first: what is read after it can only be newer, and is then refused.
        coalition = await read_coalition(services.runtime, coalition_id)
        for view in views:
            pupils = await asyncio.to_thread(_tags, coalition, view)
            known = await read_known(services.runtime, coalition, view.chain, pupils)
            classes = {tag: view.classes[pupil] for tag, pupil in pupils.items()}
            seen.append(
                _Seen(coalition, coalition_id in judging, view.chain, known, classes, pupils)
            )
    return Judgement(k, tuple(seen))


def _tags(coalition: Coalition, view: View) -> dict[Pupil, bytes]:
    return {coalition.tag(pupil): pupil for pupil in view.classes}
