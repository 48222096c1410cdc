"""Verify the same signature once: what verified for a moment in the past stays verified."""

import hashlib
from collections import OrderedDict
from datetime import datetime

from kernel.ids import OrgId, PersonId
from sharing.requests.domain.signing import SignatureVerifier, VerifiedKey

MOST = 4096


class CheckedSignatures:
    """A verifier before the verifier. Only successes are kept, and only for exactly these facts.

    The moment asked is that of the signature, so a later expiry or revocation of the key does not
    change the answer; a refusal is never remembered.
    """

    def __init__(self, verifier: SignatureVerifier) -> None:
        self._verifier = verifier
        self._known: OrderedDict[bytes, VerifiedKey] = OrderedDict()

    async def verify(
        self, *, person_id: PersonId, org_id: OrgId, payload: bytes, signature: bytes,
        key_id: str, at: datetime,
    ) -> VerifiedKey:  # fmt: skip
        """See SignatureVerifier.verify."""
        parts = (
            person_id.encode(), org_id.encode(), payload, signature, key_id.encode(),
            at.isoformat().encode(),
        )  # fmt: skip
        seen = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()
        if seen in self._known:
            self._known.move_to_end(seen)
            return self._known[seen]
        key = await self._verifier.verify(
            person_id=person_id, org_id=org_id, payload=payload, signature=signature,
            key_id=key_id, at=at,
        )  # fmt: skip
        self._known[seen] = key
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return key
