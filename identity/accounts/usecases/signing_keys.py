"""Whose signature is this? Answers sharing's port; the root's certificate is the only witness.

The row in the database says which certificate to look at and whether the key is revoked; person,
office, key and validity are read from the certificate, which no one but the root can make.
"""

from dataclasses import dataclass
from datetime import datetime

from identity.accounts.domain import certificate
from identity.accounts.domain.certificate import Certificate
from identity.accounts.domain.enrolled_key import EnrolledKey, KeyState
from identity.accounts.domain.signing_key import is_signed
from identity.accounts.store import keys
from identity.accounts.usecases.services import AccountServices
from kernel.errors import DeniedError, InvalidError
from kernel.ids import OrgId, PersonId
from kernel.principal import Principal, Role
from sharing.requests.domain.signing import VerifiedKey

RULE = "谁批准、谁负责：批准决定须由本人密钥签署"


@dataclass(frozen=True, slots=True)
class KeyVerifier:
    """Implements `sharing.requests.domain.signing.SignatureVerifier` and `KeyDirectory`."""

    services: AccountServices

    async def verify(
        self, *, person_id: PersonId, org_id: OrgId, payload: bytes, signature: bytes,
        key_id: str, at: datetime,
    ) -> VerifiedKey:  # fmt: skip
        """Return the key if it was certified for that person and office at that moment and signed
        exactly these bytes. Raises DeniedError otherwise, whatever the database says.
        """  # noqa: D205  one thought
        found = await self.services.runtime.database.read(keys.by_id(key_id))
        if not found:
            raise _refused("没有登记这把签名密钥", "请先登记签名密钥")
        certified = self._certificate(keys.read(found[0]), at)
        if certified is None or certified.key.key_id != key_id:
            raise _refused("签名密钥没有有效证书", "请向根密钥保管人申请证书")
        if (certified.person_id, certified.org_id) != (person_id, org_id):
            raise _refused("签名密钥属于另一人或另一机构", "请由批准人本人用任职机构的密钥签署")
        if not is_signed(certified.key, payload, signature):
            raise _refused("签名与批准内容不符", "请重新打开批准页面并签署")
        return VerifiedKey(key_id, certified.key.algorithm, certified.key.spki, certified.text)

    async def usable(self, *, person_id: PersonId, org_id: OrgId, at: datetime) -> tuple[str, ...]:
        """Return the ids of the person's keys that would be accepted, the newest first."""
        rows = await self.services.runtime.database.read(keys.of_person(person_id))
        certificates = [self._certificate(keys.read(row), at) for row in rows]
        return tuple(
            one.key.key_id
            for one in certificates
            if one is not None and (one.person_id, one.org_id) == (person_id, org_id)
        )

    def _certificate(self, row: EnrolledKey, at: datetime) -> Certificate | None:
        """Return the certificate if it counts at that moment and the key was not revoked by it."""
        root = self.services.approver_root
        if root is None or row.certificate is None:
            return None
        if row.revoked_at is not None and row.revoked_at <= at:
            return None
        try:
            certified = certificate.parse(row.certificate, root)
        except InvalidError:
            return None
        return certified if certified.covers(at) else None


async def own_keys(
    services: AccountServices, principal: Principal
) -> list[tuple[EnrolledKey, KeyState]]:
    """Return the caller's keys and where they stand, the newest first.

    Raises DeniedError unless the caller is an approver.
    """
    principal.require(Role.APPROVER)
    rows = await services.runtime.database.read(keys.of_person(principal.person_id))
    now = services.runtime.clock()
    return [(key, key.state(now)) for key in map(keys.read, rows)]


def _refused(message: str, remedy: str) -> DeniedError:
    return DeniedError(message, field="signature", rule=RULE, remedy=remedy)
