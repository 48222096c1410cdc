"""Say no, and leave a trace of it: every denied release is an entry in the log."""

from collections.abc import Collection, Sequence

from kernel.errors import DeniedError, Problem
from kernel.ids import ApprovalId
from ledger.usecases.append import append
from policies.decide import Failure
from sharing.door.domain.release import Ask
from sharing.door.usecases.disclose import refusal
from sharing.door.usecases.permits import Permit, failures
from sharing.requests.usecases.services import SharingServices


async def refuse(services: SharingServices, ask: Ask, found: Sequence[Permit]) -> DeniedError:
    """Return the refusal with all reasons, articles and cures, once its entry is durable."""
    reasons = failures(found)
    approvals = {one.approval.approval_id for one in found if one.approval is not None}
    await leave_trace(services, ask, approvals, {reason.code for reason in reasons})
    return denied(reasons)


async def leave_trace(
    services: SharingServices, ask: Ask, approvals: Collection[ApprovalId], codes: Collection[str]
) -> None:
    """Return once the entry that tells of a refusal is durable."""
    runtime = services.runtime
    now, nonce = runtime.clock(), runtime.entropy(16)
    body = refusal(ask.client.client_id, ask.delivery, sorted(approvals), sorted(codes))
    await runtime.database.write(lambda connection: append(connection, body, at=now, nonce=nonce))
    services.log.wake()


def denied(reasons: Sequence[Failure]) -> DeniedError:
    """Return the refusal that carries all reasons, with article and cure."""
    error = DeniedError(reasons[0].message)
    error.problems = tuple(Problem(f.message, f.field, f.article, f.cure) for f in reasons)
    return error
