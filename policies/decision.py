"""What does the policy know when it decides, and what does it answer?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed rule: stable `code`, and in Chinese the article, what is wrong, what cures it."""

    code: str
    article: str
    message: str
    cure: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a decision depends on, loaded by the caller and never taken from the asker.

    `asked` maps fields to the form asked now (an empty form: as approved, in a sandbox as default).
    `approved` maps fields to the approval's form ({}: none). Moments are aware. `rows` is the
    number of pupils in this release, `new_pupils` those not yet counted against the quota (None:
    all of them). The three `*_left` are None when there is no approval.
    `synthetic`: a sandbox client and synthetic pupils only. `mixed`: a sandbox client with a real
    pupil or the reverse.
    """

    purpose: str
    ground_kind: str
    law_id: str
    ground_valid: bool
    ground_problems: tuple[str, ...]
    recipient_kind: str
    basis: str | None
    basis_satisfied: bool
    under_14: bool
    asked: Mapping[str, str]
    approved: Mapping[str, str]
    delivery: str
    approved_deliveries: frozenset[str]
    approval_found: bool
    approval_signed: bool
    persons_distinct: bool
    revoked: bool
    switched_off: bool
    now: datetime
    period_start: datetime | None
    period_end: datetime | None
    cohort_ok: bool
    jurisdiction_ok: bool
    rows: int
    rows_left: int | None
    pupils_left: int | None
    calls_left: int | None
    log_writable: bool
    synthetic: bool
    mixed: bool
    approved_obligations: tuple[str, ...] = ()
    new_pupils: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: the form of every asked field when allowed, else every failure.

    `obligations` are codes of `Policy.obligations`, or texts of the approval. `label` is 去标识化
    or 匿名化 (PIPL art. 73).
    """

    allowed: bool
    forms: Mapping[str, str]
    obligations: tuple[str, ...]
    failures: tuple[Failure, ...]
    policy_digest: str
    label: str
