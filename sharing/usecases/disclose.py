"""Write down that data leaves: the one job after which it may.

Approvals still in force, quota taken, disclosure, vault key and ledger entry are one transaction.
A refusal found here is logged and returned as a value: raising would roll its trace back.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from kernel.envelope import SUITE
from kernel.ids import ApprovalId, ClientId, DisclosureId, new_id
from kernel.runtime import Runtime
from ledger.usecases.append import append
from sharing.domain.leaving import Leaving
from sharing.domain.scope import Delivery
from sharing.store import disclosures, reports
from sharing.store import release_tables as tables
from sharing.store.approvals import refused_now
from sharing.store.notices import all_stand
from sharing.store.switches import is_pulled
from sharing.store.usage import take


@dataclass(frozen=True, slots=True)
class Written:
    """The disclosure that now answers for the bytes.

    `key` is the release's own key and `report` the report whose digest is in the entry (both empty
    for a repeat, which cites the first disclosure).
    """

    disclosure_id: DisclosureId
    entry_id: str
    key: bytes
    report: bytes


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why nothing may leave after all; the refusal is in the log.

    `code` is `absent`, `revoked`, `expired`, `switched_off`, `withdrawn`, `bounds` or `quota`.
    """

    code: str


Remember = Callable[[Connection, DisclosureId], None]
"""What else is written in the job of a new disclosure."""


class _QuotaSpentError(Exception):
    """Rolls the savepoint back; never leaves this module."""


async def disclose(
    runtime: Runtime, leaving: Leaving, *, cite: bool = False, remember: Remember | None = None
) -> Written | Stopped:
    """Return once the disclosure is durable, or why it is stopped (which is durable too).

    With `cite`, the same content to the same client under the same approvals for the same pupils
    cites the first disclosure: no quota, no new entry, only a count. `remember` is called for a
    new disclosure; what it raises rolls everything back and is raised here.
    """
    job = _job(runtime, leaving, _citation(runtime, leaving) if cite else None, remember)
    return await runtime.database.write(job)


async def close(runtime: Runtime, written: Written, state: str) -> None:
    """Close an open disclosure as `delivered` or `void`, with a ledger entry of that type."""
    now, nonce = runtime.clock(), runtime.entropy(16)

    def job(connection: Connection) -> None:
        if disclosures.close(connection, written.disclosure_id, state, now):
            body = {"type": state, "release": written.disclosure_id, "entry": written.entry_id}
            append(connection, body, at=now, nonce=nonce)

    await runtime.database.write(job)


def commitment(key: bytes, content: bytes) -> str:
    """Return what the ledger holds of the bytes: HMAC-SHA256 under the release's key, in hex."""
    return hmac.digest(key, content, "sha256").hex()


def _job(
    runtime: Runtime, leaving: Leaving, citation: bytes | None, remember: Remember | None
) -> Callable[[Connection], Written | Stopped]:
    now, nonce, key = runtime.clock(), runtime.entropy(16), runtime.entropy(32)
    disclosure_id = DisclosureId(new_id("dis", runtime.entropy))
    sealed = runtime.keyring.seal(
        key, table="sharing_disclosure_key", column="sealed", row=disclosure_id
    )
    report = leaving.report_bytes(runtime.entropy(16))
    kept = reports.row(runtime.keyring, disclosure_id, report)

    def job(connection: Connection) -> Written | Stopped:
        if code := _refused(connection, leaving, now):
            return _stopped(connection, leaving, code, now, nonce)
        try:
            with connection.begin_nested():
                if citation and not disclosures.is_first(connection, citation, disclosure_id):
                    return Written(*disclosures.cite(connection, citation), b"", b"")
                _take_quota(connection, leaving)
        except _QuotaSpentError:
            return _stopped(connection, leaving, "quota", now, nonce)
        body = leaving.entry(disclosure_id, commitment(key, leaving.content), kept["digest"])
        entry_id = append(connection, body, at=now, nonce=nonce)
        disclosures.insert(connection, leaving, disclosure_id, entry_id, now)
        connection.execute(
            tables.disclosure_key.insert().values(
                disclosure_id=disclosure_id, suite=SUITE, sealed=sealed
            )
        )
        connection.execute(tables.report.insert().values(kept))
        if remember:
            remember(connection, disclosure_id)
        return Written(disclosure_id, entry_id, key, report)

    return job


def _refused(connection: Connection, leaving: Leaving, now: datetime) -> str:
    client_id = leaving.client.client_id
    if not leaving.approvals:  # a sandbox: synthetic pupils only; the decision saw to that
        stopped = not leaving.client.sandbox or is_pulled(connection, client_id)
        return "switched_off" if stopped else ""
    codes = (refused_now(connection, one, client_id, now) for one in leaving.approval_ids)
    if code := next((code for code in codes if code), ""):
        return code
    if leaving.outside_bounds:
        return "bounds"
    tags, notices = leaving.pupil_tags, leaving.notice_ids
    standing = (all_stand(connection, one, tags, notices) for one in leaving.consented)
    return "" if all(standing) else "withdrawn"


def _take_quota(connection: Connection, leaving: Leaving) -> None:
    for approval in sorted(leaving.approvals, key=lambda one: one.approval_id):
        quota = approval.scope.quota
        if not take(connection, approval.approval_id, quota, leaving.pupil_tags, rows=leaving.rows):
            raise _QuotaSpentError


def _stopped(
    connection: Connection, leaving: Leaving, code: str, now: datetime, nonce: bytes
) -> Stopped:
    client_id, delivery = leaving.client.client_id, leaving.delivery
    body = refusal(client_id, delivery, leaving.approval_ids, [code])
    append(connection, body, at=now, nonce=nonce)
    return Stopped(code)


def refusal(
    client_id: ClientId, delivery: Delivery, approvals: Sequence[ApprovalId], codes: Sequence[str]
) -> dict[str, object]:
    """Return the body of the entry that tells of a refused release: no pupil is in it."""
    return {
        "type": "refusal",
        "codes": list(codes),
        "approvals": list(approvals),
        "client": client_id,
        "delivery": delivery.value,
    }


def _citation(runtime: Runtime, leaving: Leaving) -> bytes:
    """Key of a repeat. The values are in it as a keyed tag only."""
    values = runtime.keyring.index("citation:values", leaving.content.hex()).hex()
    tags = ",".join(tag.hex() for tag in leaving.pupil_tags)
    approvals: list[ApprovalId] = leaving.approval_ids
    text = "\0".join([leaving.client.client_id, *approvals, leaving.plan_digest, tags, values])
    return runtime.keyring.index("citation", text)
