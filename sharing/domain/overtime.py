"""Whose tables are judged together, and how is a refusal told? (docs/overtime.md)"""

from collections.abc import Sequence
from dataclasses import dataclass

from anonymize.overtime.blocks import Collision
from kernel.errors import DeniedError
from policies import Policy
from sharing.domain.scope import Scope

EVERYBODY = "all"
RULE = "多次提供叠加后仍须满足 k-匿名（GB/T 37964-2019）"


def coalitions(
    policies: Sequence[Policy], scope: Scope, responsible: str
) -> tuple[frozenset[str], list[str]]:
    """Return the coalitions that judge a release, and all that remember it, sorted.

    All recipients together always remember, so that a policy can become stricter later.
    """
    shared = {
        "all": EVERYBODY,
        "recipient": f"recipient:{scope.recipient_id}",
        "responsible": f"responsible:{responsible}",
        "purpose": f"purpose:{scope.purpose}",
    }
    judging = frozenset(shared[word] for policy in policies for word in policy.privacy.collude)
    return judging, sorted(judging | {EVERYBODY})


@dataclass(frozen=True, slots=True)
class Overlap:
    """What stands in the way of a release: groups below k, and the earlier releases behind them."""

    collisions: tuple[Collision, ...]

    @property
    def disclosure_ids(self) -> list[str]:
        """The earlier releases, for officials only."""
        return sorted({one.formed_by for one in self.collisions if one.formed_by})

    @property
    def smallest(self) -> Collision:
        """The group that misses the most pupils."""
        return min(self.collisions, key=lambda one: one.pupils - one.least)

    def note(self) -> str:
        """Return the sentence for officials."""
        one = self.smallest
        earlier = "、".join(self.disclosure_ids) or "此前的提供"
        return (
            f"与此前的提供（{earlier}）叠加后，有 {len(self.collisions)} 个组少于规定人数，"
            f"最小的只有 {one.pupils} 人（应不少于 {one.least} 人）"
        )


class OverlapError(DeniedError):
    """Together with earlier releases this one would isolate fewer than k pupils."""

    def __init__(self, overlap: Overlap) -> None:
        super().__init__(
            "与此前的提供叠加后，会有少于 k 人的小组可以被分辨，已停止提供",
            rule=RULE,
            remedy="请使用与此前相同的范围、字段和形式（会得到相同的结果），"
            "或者改用更粗的形式、相差不少于 k 人的范围，重新申请",
        )
        self.overlap = overlap
