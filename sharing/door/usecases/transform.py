"""From the policy's decision to the plan, and from raw values to what leaves. One function each."""

from collections.abc import Mapping
from typing import Any

from anonymize import Plan, record
from kernel.ids import DataRequestId
from kernel.runtime import Runtime
from policies import Policy
from sharing.approvals.domain.approval import LoadedApproval


def record_plan(policy: Policy, forms: Mapping[str, str]) -> Plan:
    """Return the plan for single records. Raises InvalidError if it would emit an identifier."""
    return Plan.parse(fields_document(policy, forms))


def fields_document(policy: Policy, forms: Mapping[str, str]) -> dict[str, Any]:
    """Return the start of every plan: the forms, and the catalogue's direct identifiers named."""
    return {
        "version": 1,
        "fields": dict(sorted(forms.items())),
        "direct_identifiers": sorted(policy.direct_identifiers),
    }


def pseudonym_key(runtime: Runtime, data_request_id: DataRequestId | str) -> bytes:
    """Return the key of a data request's pseudonyms; another request cannot link to them."""
    return runtime.keyring.key(f"pseudonym:{data_request_id}")


def transformed(
    runtime: Runtime, approval: LoadedApproval | None, plan: Plan, values: Mapping[str, str | None]
) -> dict[str, str]:
    """Return the fields that leave of one pupil, in their forms."""
    key = pseudonym_key(runtime, approval.data_request_id if approval else "sandbox")
    return record(values, plan, key=key)
