"""What kinds of identifiers exist, and how is a new one made?"""

import secrets
from collections.abc import Callable
from typing import NewType

StudentId = NewType("StudentId", str)
OrgId = NewType("OrgId", str)
AccountId = NewType("AccountId", str)
PersonId = NewType("PersonId", str)
SessionId = NewType("SessionId", str)
ClientId = NewType("ClientId", str)
RecipientId = NewType("RecipientId", str)
DataRequestId = NewType("DataRequestId", str)
ApprovalId = NewType("ApprovalId", str)
DisclosureId = NewType("DisclosureId", str)

Entropy = Callable[[int], bytes]
"""Returns that many random bytes; `secrets.token_bytes` in production."""

system_entropy: Entropy = secrets.token_bytes


def new_id(prefix: str, entropy: Entropy = system_entropy) -> str:
    """Return `prefix_` and 32 hex digits: 128 random bits, never derived from a person."""
    return f"{prefix}_{entropy(16).hex()}"
