"""Which policy was in force when the approver signed? A release obeys it and the current one."""

from functools import lru_cache

import orjson

from kernel.canonical import digest_bytes
from kernel.errors import InvalidError
from policies import Policy
from policies.reading import parse
from sharing.approvals.domain.approval import LoadedApproval
from sharing.requests.store.attachments import open_row, select_one
from sharing.requests.usecases.services import SharingServices


async def pinned_policy(services: SharingServices, approval: LoadedApproval) -> Policy | None:
    """Return the policy that the approval pins, None if its document is lost or not that one."""
    if approval.policy_digest == services.policy.digest:
        return services.policy
    rows = await services.runtime.database.read(
        select_one(approval.data_request_id, approval.policy_digest, "policy")
    )
    if not rows:
        return None
    content = open_row(services.runtime.keyring, rows[0]).content
    return _parsed(content) if digest_bytes(content) == approval.policy_digest else None


@lru_cache(maxsize=16)
def _parsed(document: bytes) -> Policy | None:
    try:
        return parse(orjson.loads(document))
    except InvalidError:
        # Today's program no longer reads it: nothing may leave on what cannot be judged.
        return None
