"""Release records to a client's program, one page a call: the record API."""

from bisect import bisect_right
from dataclasses import dataclass, replace

from anonymize.row import report
from kernel.canonical import canonical_bytes
from kernel.errors import DeniedError, InvalidError
from kernel.ids import ApprovalId, StudentId
from kernel.principal import Principal, Role
from registry.domain.division import PROVINCES
from registry.source import cohort
from sharing.domain.approval import LoadedApproval
from sharing.domain.leaving import DEIDENTIFIED, Leaving
from sharing.domain.release import EVERYTHING_APPROVED, Ask, ClientFacts
from sharing.domain.scope import Delivery
from sharing.usecases import cursor
from sharing.usecases.agreed import Agreed, agreed
from sharing.usecases.disclose import Stopped, Written, disclose
from sharing.usecases.load_in_force import load_genuine
from sharing.usecases.permits import Permit, failures, require_log
from sharing.usecases.permits import permits as judge
from sharing.usecases.pupils import load_pupils, pupil_tag
from sharing.usecases.receipt import Proof, proof_or_void
from sharing.usecases.refuse import refuse
from sharing.usecases.services import SharingServices
from sharing.usecases.stopped import stopped_error
from sharing.usecases.transform import record_plan, transformed

MOST_RECORDS = 100
OAUTH_SCOPE = "registry.read"


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked: fields (none: all approved), how many, and where the last page ended.

    `approval` chooses among several; empty stands for the newest in force.
    """

    fields: frozenset[str]
    limit: int = MOST_RECORDS
    after: str = ""
    approval: str = ""


@dataclass(frozen=True, slots=True)
class RecordRelease:
    """One page as it leaves. `next` is the cursor of the following page, empty at the end."""

    students: tuple[dict[str, str], ...]
    next: str
    label: str
    approvals: tuple[str, ...]
    obligations: tuple[str, ...]
    proof: Proof
    written: Written


async def release_records(
    services: SharingServices, principal: Principal, page: Page
) -> RecordRelease:
    """Return the next pupils of the client's cohort, with their disclosure sealed.

    Approval, period, revocation, quota and switches are judged at every page. Raises DeniedError
    with all reasons (over-asking included), InvalidError for a bad page, UnavailableError while
    the log cannot be sealed: nothing has left then.
    """
    client = await _client(services, principal)
    if not 1 <= page.limit <= MOST_RECORDS:
        raise InvalidError(
            f"每页为 1 至 {MOST_RECORDS} 条", field="limit", remedy=f"请填写 1 至 {MOST_RECORDS}"
        )
    require_log(services)
    approval = await _approval(services, client, page)
    fields = _fields(services, approval, page)
    people, last = await _people(services, client, approval, page, fields)
    ids = people.ids
    permit = await _permit(services, client, approval, fields, ids)
    rows = await _rows(services, permit, ids)
    leaving = _leaving(services, client, permit, people, canonical_bytes(list(rows)))
    written = await disclose(services.runtime, leaving)
    if isinstance(written, Stopped):
        services.log.wake()
        raise stopped_error(written)
    return RecordRelease(
        students=rows,
        next="" if last else cursor.write(services.runtime, client.client_id, ids[-1]),
        label=leaving.label,
        approvals=tuple(leaving.approval_ids),
        obligations=permit.decision.obligations,
        proof=await proof_or_void(services, written),
        written=written,
    )


async def _client(services: SharingServices, principal: Principal) -> ClientFacts:
    principal.require(Role.CLIENT)
    if OAUTH_SCOPE not in principal.oauth_scopes or principal.recipient_id is None:
        raise DeniedError(
            "访问令牌没有 registry.read 权限", rule="RFC 6750 3.1", remedy="请用该 scope 重新取令牌"
        )
    for client in await services.clients.clients_of(principal.recipient_id):
        if client.client_id == principal.client_id:
            return client
    raise DeniedError("应用已停用", remedy="请联系应用的登记单位")


async def _approval(
    services: SharingServices, client: ClientFacts, page: Page
) -> LoadedApproval | None:
    """Return the approval to go by: named, or the newest that carries records; else any to say why.

    None for a sandbox, and for a client without any.
    """
    if client.sandbox:
        return None
    found = [
        one
        for one in await load_genuine(services, client_id=client.client_id)
        if page.approval in ("", one.approval_id)
    ]
    now = services.runtime.clock()
    return max(
        found,
        key=lambda one: (
            Delivery.RECORD_API in one.scope.deliveries, one.in_force(now), one.signed_at,
        ),
        default=None,
    )  # fmt: skip


def _fields(
    services: SharingServices, approval: LoadedApproval | None, page: Page
) -> frozenset[str]:
    """Return the asked fields; none asked stands for all that are approved."""
    if approval is None:
        return page.fields or frozenset({EVERYTHING_APPROVED})
    approved = services.policy.sendable(approval.scope.fields, Delivery.RECORD_API)
    return page.fields or frozenset(approved)


async def _people(
    services: SharingServices, client: ClientFacts, approval: LoadedApproval | None, page: Page,
    fields: frozenset[str],
) -> tuple[Agreed, bool]:  # fmt: skip
    """Return the pupils of this page, and whether it is the last."""
    everyone = Agreed([])
    if approval is not None:
        everyone = await agreed(services, approval, fields)
    elif client.sandbox:
        found = [await cohort(services.runtime, one, synthetic=True) for one in PROVINCES]
        everyone = Agreed(sorted(student_id for part in found for student_id in part))
    start = 0
    if page.after:
        after = cursor.read(services.runtime, client.client_id, page.after)
        start = bisect_right(everyone.ids, after)
    end = start + page.limit
    return replace(everyone, ids=everyone.ids[start:end]), end >= len(everyone.ids)


async def _permit(
    services: SharingServices, client: ClientFacts, approval: LoadedApproval | None,
    fields: frozenset[str], ids: list[StudentId],
) -> Permit:  # fmt: skip
    pupils = [facts for facts, _ in await load_pupils(services.runtime, ids, ())]
    # Without an approval nothing is found by this id: the refusal says that there is none.
    only = None if client.sandbox else approval.approval_id if approval else ApprovalId("none")
    ask = Ask(
        client, Delivery.RECORD_API, dict.fromkeys(fields, ""), pupils, services.runtime.clock(),
        only,
    )  # fmt: skip
    found = await judge(services, ask)
    if failures(found):
        raise await refuse(services, ask, found)
    if not found or not ids:
        raise DeniedError(
            "没有可提供的学生", rule="《中小学生学籍管理办法》第二十四条",
            remedy="请核对批准的范围与方式；以同意为基础的，须先有学生或者监护人的同意",
        )  # fmt: skip
    return found[0]


async def _rows(
    services: SharingServices, permit: Permit, ids: list[StudentId]
) -> tuple[dict[str, str], ...]:
    forms = permit.decision.forms
    plan = record_plan(services.policy, forms)
    found = await load_pupils(services.runtime, ids, forms)
    return tuple(
        transformed(services.runtime, permit.approval, plan, record.values) for _, record in found
    )


def _leaving(
    services: SharingServices, client: ClientFacts, permit: Permit, people: Agreed, content: bytes
) -> Leaving:
    approvals = (permit.approval,) if permit.approval else ()
    forms = permit.decision.forms
    plan = record_plan(services.policy, forms)
    return Leaving(
        client=client,
        delivery=Delivery.RECORD_API,
        approvals=approvals,
        forms=forms,
        cited={name: one.approval_id for one in approvals for name in forms},
        label=DEIDENTIFIED,
        policy_digest=services.policy.digest,
        plan_digest=plan.digest,
        pupil_tags=tuple(pupil_tag(services.runtime, student_id) for student_id in people.ids),
        rows=len(people.ids),
        content=content,
        report=report(plan),
        notice_ids=[people.notice_ids[one] for one in people.ids if people.notice_ids],
    )
