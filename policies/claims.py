"""Which claims exist, and which field is behind each?"""

from kernel.errors import InvalidError
from policies.model import Policy
from policies.reading import load

ALL_APPROVED = "edu"
"""The OAuth scope that asks whatever is approved for the client, and so never over-asks."""


def claim_to_field(claim: str, policy: Policy | None = None) -> str:
    """Return the field of a claim; raises InvalidError for a claim outside the vocabulary."""
    for field in (policy or load()).catalogue.values():
        if field.claim == claim:
            return field.name
    raise InvalidError(
        f"声明“{claim}”不在声明清单中", field=claim, rule="声明目录为封闭清单", remedy="见声明清单"
    )


def field_to_claim(field: str, policy: Policy | None = None) -> str | None:
    """Return the claim of a field, None when it never leaves as a claim; raises InvalidError."""
    return (policy or load()).field(field).claim


def scope_to_field(scope: str, policy: Policy | None = None) -> str | None:
    """Return the field that an OAuth scope asks, None for `openid`, `edu` and unknown scopes."""
    entry = (policy or load()).catalogue.get(scope.removeprefix(f"{ALL_APPROVED}."))
    return entry.name if entry and entry.oauth_scope == scope else None


def claims_supported(policy: Policy | None = None) -> tuple[str, ...]:
    """Return the education claims for the discovery document (`sub` and its kind not included)."""
    return tuple(f.claim for f in (policy or load()).catalogue.values() if f.claim)


def scopes_supported(policy: Policy | None = None) -> tuple[str, ...]:
    """Return `openid`, `edu`, and one scope for each claim."""
    fields = (policy or load()).catalogue.values()
    return ("openid", ALL_APPROVED, *(f.oauth_scope for f in fields if f.oauth_scope))
