"""Say no, and leave a trace of it: every denied release is an entry in the log."""

from collections.abc import Sequence

from kernel.errors import DeniedError, Problem
from ledger.usecases.append import append
from policies.decide import Failure
from sharing.usecases.disclose import refusal
from sharing.usecases.permits import Ask, Permit, failures
from sharing.usecases.services import SharingServices


async def refuse(services: SharingServices, ask: Ask, found: Sequence[Permit]) -> DeniedError:
    """Return the refusal with all reasons, articles and cures, once its entry is durable."""
    reasons = failures(found)
    runtime = services.runtime
    now, nonce = runtime.clock(), runtime.entropy(16)
    approvals = sorted({one.approval.approval_id for one in found if one.approval is not None})
    codes = sorted({reason.code for reason in reasons})
    body = refusal(ask.client.client_id, ask.delivery, approvals, codes)
    await runtime.database.write(lambda connection: append(connection, body, at=now, nonce=nonce))
    services.log.wake()
    return denied(reasons)


def denied(reasons: Sequence[Failure]) -> DeniedError:
    """Return the refusal that carries all reasons, with article and cure."""
    error = DeniedError(reasons[0].message)
    error.problems = tuple(Problem(f.message, f.field, f.article, f.cure) for f in reasons)
    return error
