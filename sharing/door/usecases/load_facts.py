"""Load every fact that the policy decides by; none is taken from the asker."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from policies.decide import Facts
from sharing.approvals.domain.approval import LoadedApproval
from sharing.door.domain.pupil import PupilFacts
from sharing.door.domain.release import EVERYTHING_APPROVED, Ask
from sharing.door.store.usage import left
from sharing.requests.domain.client import ClientFacts
from sharing.requests.domain.office import government_problems
from sharing.requests.domain.scope import Delivery
from sharing.requests.store.tables import recipient as recipient_table
from sharing.requests.usecases.authorize import office
from sharing.requests.usecases.services import SharingServices


def sandbox_facts(services: SharingServices, ask: Ask) -> Facts:
    """Return the facts of a release without any approval: the catalogue's defaults at most."""
    asked = dict(ask.forms)
    if EVERYTHING_APPROVED in asked:
        del asked[EVERYTHING_APPROVED]
        defaults = services.policy.sendable(
            {f.name: f.default_form for f in services.policy.catalogue.values()}, ask.delivery.value
        )
        asked.update({name: "" for name, form in defaults.items() if form != "drop"})
    return Facts(
        **_common(services, replace(ask, forms=asked)),
        purpose="", ground_kind="", law_id="", ground_valid=False, ground_problems=(),
        recipient_kind="", basis=None, basis_satisfied=False, approved={},
        approved_deliveries=frozenset(), approval_found=False, approval_signed=False,
        persons_distinct=False, revoked=False, switched_off=False, period_start=None,
        period_end=None, cohort_ok=False, jurisdiction_ok=False, rows_left=None,
        pupils_left=None, calls_left=None,
    )  # fmt: skip


def _common(services: SharingServices, ask: Ask) -> dict[str, Any]:
    synthetic = [pupil.synthetic for pupil in ask.pupils]
    return {
        "asked": dict(ask.forms),
        "delivery": ask.delivery.value,
        "now": ask.now,
        "rows": len(ask.pupils),
        "under_14": any(pupil.is_under_14(ask.now) for pupil in ask.pupils),
        "log_writable": services.log.health().writable,
        "synthetic": ask.client.sandbox and all(synthetic),
        "mixed": any(one != ask.client.sandbox for one in synthetic),
        # Pupils counted before cost nothing again; the write job counts exactly.
        "new_pupils": 0,
    }


async def facts_under(
    services: SharingServices, approval: LoadedApproval | None, ask: Ask, kind: str
) -> Facts:
    """Return the facts of a release under an approval (None: there is none, so all fails)."""
    if approval is None:
        nothing = sandbox_facts(services, ask)
        return replace(nothing, synthetic=False, recipient_kind=kind)
    scope, people = approval.scope, approval.responsible
    problems = await _ground_problems(services, approval, ask.pupils)
    remaining = await left(services.runtime, approval.approval_id, scope.quota)
    return Facts(
        **_common(services, ask),
        purpose=scope.purpose,
        ground_kind=scope.ground.kind,
        law_id=scope.ground.law_id,
        ground_valid=not problems,
        ground_problems=problems,
        recipient_kind=kind,
        basis=scope.basis.value,
        basis_satisfied=True,
        approved=scope.fields,
        approved_deliveries=frozenset(one.value for one in scope.deliveries),
        approved_obligations=scope.obligations,
        approval_found=True,
        approval_signed=True,  # else it would not have been loaded
        persons_distinct=len({people.approver, approval.signed.reviewer, people.recipient}) == 3,  # noqa: PLR2004  three persons
        revoked=approval.revoked,
        switched_off=approval.switched_off,
        period_start=scope.period.start,
        period_end=scope.period.end,
        cohort_ok=all(pupil.in_cohort(scope.cohort) for pupil in ask.pupils),
        jurisdiction_ok=await _jurisdiction(services, approval, ask.pupils),
        # A pupil who signs in again cites the first disclosure and takes nothing: the job decides.
        rows_left=len(ask.pupils) if ask.delivery is Delivery.CLAIMS else remaining.rows,
        pupils_left=remaining.pupils,
        calls_left=1 if ask.delivery is Delivery.CLAIMS else remaining.calls,
    )


def _areas(approval: LoadedApproval, pupils: Sequence[PupilFacts]) -> list[str]:
    return sorted({pupil.division for pupil in pupils} or {approval.scope.cohort.division})


async def _ground_problems(
    services: SharingServices, approval: LoadedApproval, pupils: Sequence[PupilFacts]
) -> tuple[str, ...]:
    """Test the issuing government again, for each area that a pupil's school stands in."""
    ground = approval.scope.ground
    if ground.kind != "government_approval":
        return ()
    government = await office(services, ground.government_org_id)
    found = (
        problem.message
        for area in _areas(approval, pupils)
        for problem in government_problems(government, area, within_approver=True)
    )
    return tuple(dict.fromkeys(found))


async def _jurisdiction(
    services: SharingServices, approval: LoadedApproval, pupils: Sequence[PupilFacts]
) -> bool:
    """Tell whether the approver's own government stands over every pupil's school authority."""
    seat = await office(services, approval.approver_org)
    return seat is not None and all(seat.covers(area) for area in _areas(approval, pupils))


async def recipient_kind(services: SharingServices, client: ClientFacts) -> str:
    """Return what kind of organisation stands behind the app, as registered."""
    rows = await services.runtime.database.read(
        sa.select(recipient_table.c.kind).where(recipient_table.c.id == client.recipient_id)
    )
    return rows[0].kind if rows else ""
