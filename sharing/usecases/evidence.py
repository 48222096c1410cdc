"""Pack the evidence of an approval or a disclosure: it verifies offline, without this house."""

import asyncio
import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Row

from kernel.canonical import canonical_bytes, digest_bytes
from kernel.errors import MissingError, UnavailableError
from kernel.principal import Principal, Role
from ledger.domain.bundle import build, to_zip
from ledger.usecases.proofs import entries
from ledger.usecases.snapshot import snapshot
from sharing.domain.identifier import is_identifier
from sharing.store import audit, reports
from sharing.store.attachments import open_row
from sharing.store.tables import attachment
from sharing.usecases.record_preview_look import record_preview_look
from sharing.usecases.record_search import record_search
from sharing.usecases.services import SharingServices
from sharing.usecases.transform import record_plan

KINDS = ("policy", "plan", "agreement", "impact_assessment", "preview", "document")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip for the auditor. `receipts` counts the entries that it proves one by one."""

    name: str
    content: bytes
    receipts: int


async def evidence(services: SharingServices, principal: Principal, key: str) -> Bundle:
    """Return the evidence of an approval (and its newest disclosures) or of one disclosure.

    Raises MissingError if there is neither, UnavailableError if the log cannot be sealed or its
    key is missing. Auditors only; the export is on record.
    """
    principal.require(Role.AUDITOR)
    if services.evidence is None:
        raise UnavailableError("账本签名密钥缺失，不能出具证据", remedy="请联系系统管理员")
    if not is_identifier(key):
        raise _nothing()
    database = services.runtime.database
    left = await database.read(audit.disclosure_of(key))
    left = left or await database.read(audit.disclosures_of_approvals([key]))
    cited = {one for row in left for one in row.approval_ids}
    approvals = await database.read(audit.approvals_by_id({key, *cited}))
    if not left and not approvals:
        raise _nothing()
    entry_ids = [row.entry_id for row in (*approvals, *left)]
    files = await _entries(services, entry_ids)
    for row in approvals:
        files |= _approval(row)
    for row in approvals:
        digest = orjson.loads(row.document)["preview"]
        await record_preview_look(services, principal, row.data_request_id, digest)
    files |= await _documents(services, approvals, left)
    signer, directory = services.evidence.signer, services.evidence.directory
    log = await snapshot(directory, signer.vkey)
    files |= {f"log/{path}": data for path, data in log.items()}
    content = await asyncio.to_thread(lambda: to_zip(build(files, signer)))
    await record_search(services, principal, "evidence", key, len(entry_ids))
    return Bundle(f"xueyin-evidence-{approvals[0].id if approvals else left[0].id}.zip", content,
                  len(entry_ids))  # fmt: skip


def _nothing() -> MissingError:
    return MissingError("没有这份批准或这次提供", field="key", remedy="请核对编号")


async def _entries(services: SharingServices, entry_ids: Sequence[str]) -> dict[str, bytes]:
    """Return entries with their receipts; what is not sealed yet is waited for."""
    files: dict[str, bytes] = {}
    for entry_id in entry_ids:
        receipt = await services.log.sealed(entry_id)
        files[f"receipts/{entry_id}.tlog-proof"] = receipt.text.encode()
    logged = await entries(services.runtime, entry_ids)
    return files | {f"entries/{one}.json": entry.body for one, entry in logged.items()}


def _approval(row: Row[Any]) -> dict[str, bytes]:
    signature = {
        "algorithm": row.algorithm,
        "signature": base64.b64encode(row.signature).decode(),
        "spki": base64.b64encode(row.spki).decode(),
        "certificate": row.certificate,
    }
    return {
        f"approvals/{row.id}.json": row.document,
        f"approvals/{row.id}.sig.json": canonical_bytes(signature),
    }


async def _documents(
    services: SharingServices, approvals: Sequence[Row[Any]], left: Sequence[Row[Any]]
) -> dict[str, bytes]:
    """Return what the approvals and entries name by digest, as far as it is kept."""
    database, keyring = services.runtime.database, services.runtime.keyring
    requests = [row.data_request_id for row in approvals]
    rows = await database.read(
        sa.select(attachment).where(
            attachment.c.data_request_id.in_(requests), attachment.c.kind.in_(KINDS)
        )
    )
    named = {one for row in approvals for one in _digests(row.document)}
    named |= {one for row in left for one in (row.policy_digest, row.plan_digest)}
    kept = await database.read(reports.of_disclosures([row.id for row in left]))
    named |= {row.digest for row in kept}
    contents = [open_row(keyring, row).content for row in rows]
    contents += [reports.open_row(keyring, row) for row in kept]
    contents.append(canonical_bytes(dict(services.policy.document)))
    contents += [_plan(services, row.forms) for row in left]
    found = {digest_bytes(content): content for content in contents}
    return {
        f"documents/{digest.replace(':', '-')}": content
        for digest, content in found.items()
        if digest in named
    }


def _plan(services: SharingServices, forms: dict[str, Sequence[str]]) -> bytes:
    """Return the plan of single records; it follows from the forms, so nobody keeps it."""
    plan = record_plan(services.policy, {name: form for name, (form, _) in forms.items()})
    return canonical_bytes(plan.document())


def _digests(document: bytes) -> Collection[str]:
    """Return the texts of the form `sha256:…` in a signed document."""
    text = document.decode()
    return {f"sha256:{part[:64]}" for part in text.split('"sha256:')[1:]}
