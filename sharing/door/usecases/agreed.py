"""Of which pupils may an approval's tables and records hold data, and by whose consent?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kernel.ids import StudentId
from policies import Policy
from registry.source import cohort
from sharing.approvals.domain.approval import LoadedApproval
from sharing.door.domain.leaving import ANONYMIZED
from sharing.door.domain.notice import Told
from sharing.door.store import notices
from sharing.door.usecases.pupils import load_pupils, pupil_tag
from sharing.requests.domain.scope import Basis, Scope
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class Agreed:
    """Pupils by id, and for each the notice by which they agreed (none where none is needed)."""

    ids: list[StudentId]
    notice_ids: Mapping[StudentId, str] = field(default_factory=dict)


async def everyone(services: SharingServices, scope: Scope) -> list[StudentId]:
    """Return the pupils of a cohort, whoever agreed: what a preview shows."""
    area = scope.cohort
    return await cohort(services.runtime, area.division, area.school_ids, area.grades)


async def agreed(
    services: SharingServices, approval: LoadedApproval, fields: Collection[str]
) -> Agreed:
    """Return the pupils of whom these fields may leave under the approval.

    Where consent is the basis and the result is not anonymous, only those who agreed to all of
    the fields, below 14 by a guardian.
    """
    scope, policy, runtime = approval.scope, services.policy, services.runtime
    ids = await everyone(services, scope)
    label = policy.purpose(scope.purpose).label
    if scope.basis is not Basis.CONSENT or label == ANONYMIZED:
        return Agreed(ids)
    tags = {pupil_tag(runtime, student_id): student_id for student_id in ids}
    told = await notices.consents(runtime, approval.approval_id, list(tags))
    forms, now = _forms(policy, scope, fields), runtime.clock()
    found: dict[StudentId, str] = {}
    asked = [student_id for tag, student_id in tags.items() if tag in told]
    for pupil, _ in await load_pupils(runtime, asked, ()):
        one = Told.consent_among(
            told[pupil_tag(runtime, pupil.student_id)], policy, forms,
            under_14=pupil.is_under_14(now),
        )  # fmt: skip
        if one is not None:
            found[pupil.student_id] = one.notice_id
    return Agreed(list(found), found)


def _forms(policy: Policy, scope: Scope, fields: Collection[str]) -> dict[str, str]:
    """Return the weakest form in which each field can leave: as approved, or stricter by now."""
    weakest = policy.purpose(scope.purpose).fields
    forms = {}
    for name in set(fields) & scope.fields.keys() & policy.catalogue.keys():
        order = policy.field(name).forms
        known = [form for form in (scope.fields[name], weakest.get(name)) if form in order]
        forms[name] = min(known, key=order.index, default=scope.fields[name])
    return forms
