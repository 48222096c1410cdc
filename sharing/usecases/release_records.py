"""Release records to a client's program, one page a call: the record API."""

from bisect import bisect_right
from dataclasses import dataclass

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
from sharing.usecases.build_table import cohort_of
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
    ids, last = await _page_ids(services, client, approval, page)
    permit = await _permit(services, client, approval, page, ids)
    rows = await _rows(services, permit, ids)
    leaving = _leaving(services, client, permit, ids, canonical_bytes(list(rows)))
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


async def _page_ids(
    services: SharingServices, client: ClientFacts, approval: LoadedApproval | None, page: Page
) -> tuple[list[StudentId], bool]:
    """Return the ids of this page, and whether it is the last."""
    everyone: list[StudentId] = []
    if approval is not None:
        everyone = await cohort_of(services, approval.scope, approval.approval_id)
    elif client.sandbox:
        for province in PROVINCES:
            everyone += await cohort(services.runtime, province, synthetic=True)
        everyone.sort()
    start = 0
    if page.after:
        after = cursor.read(services.runtime, client.client_id, page.after)
        start = bisect_right(everyone, after)
    end = start + page.limit
    return everyone[start:end], end >= len(everyone)


async def _permit(
    services: SharingServices, client: ClientFacts, approval: LoadedApproval | None, page: Page,
    ids: list[StudentId],
) -> Permit:  # fmt: skip
    approved = approval.scope.fields if approval else {EVERYTHING_APPROVED: ""}
    fields = page.fields or frozenset(
        services.policy.sendable(approved, Delivery.RECORD_API) if approval else approved
    )
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
    services: SharingServices, client: ClientFacts, permit: Permit, ids: list[StudentId],
    content: bytes,
) -> Leaving:  # fmt: skip
    approvals = (permit.approval,) if permit.approval else ()
    forms = permit.decision.forms
    return Leaving(
        client=client,
        delivery=Delivery.RECORD_API,
        approvals=approvals,
        forms=forms,
        cited={name: one.approval_id for one in approvals for name in forms},
        label=DEIDENTIFIED,
        policy_digest=services.policy.digest,
        plan_digest=record_plan(services.policy, forms).digest,
        pupil_tags=tuple(pupil_tag(services.runtime, student_id) for student_id in ids),
        rows=len(ids),
        content=content,
    )
