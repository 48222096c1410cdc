"""What data requests ask of others, answered by doubles with real keys."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import policies
from kernel.errors import DeniedError
from kernel.ids import (
    DataRequestId,
    OrgId,
    PersonId,
    RecipientId,
)
from sharing.requests.domain.client import ClientFacts
from sharing.requests.domain.preview import Column, Preview
from sharing.requests.domain.scope import Scope
from sharing.requests.domain.scope_document import scope_document
from sharing.requests.domain.signing import VerifiedKey

POLICY = policies.load()


@dataclass
class Keys:
    """Implements SignatureVerifier and KeyDirectory with real Ed25519 keys."""

    held: dict[str, tuple[PersonId, OrgId, Ed25519PrivateKey, datetime]] = field(
        default_factory=dict
    )
    verified: int = 0

    def make(self, person: PersonId, org: OrgId, until: datetime) -> str:
        private = Ed25519PrivateKey.generate()
        spki = _spki(private)
        key_id = "key_" + hashlib.sha256(spki).hexdigest()[:32]
        self.held[key_id] = (person, org, private, until)
        return key_id

    def sign(self, key_id: str, payload: bytes) -> bytes:
        return self.held[key_id][2].sign(payload)

    async def usable(self, *, person_id: PersonId, org_id: OrgId, at: datetime) -> tuple[str, ...]:
        return tuple(
            key_id
            for key_id, (person, org, _, until) in self.held.items()
            if (person, org) == (person_id, org_id) and at < until
        )

    async def verify(
        self,
        *,
        person_id: PersonId,
        org_id: OrgId,
        payload: bytes,
        signature: bytes,
        key_id: str,
        at: datetime,
    ) -> VerifiedKey:
        self.verified += 1
        if key_id not in self.held:
            raise DeniedError("没有这把密钥")
        person, org, private, until = self.held[key_id]
        if (person, org) != (person_id, org_id) or at >= until:
            raise DeniedError("证书不符")
        try:
            private.public_key().verify(signature, payload)
        except InvalidSignature:
            raise DeniedError("签名不符") from None
        return VerifiedKey(key_id, "Ed25519", _spki(private), "certificate")


def _spki(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass
class People:
    """Implements PeopleDirectory."""

    of: dict[PersonId, frozenset[RecipientId]] = field(default_factory=dict)

    async def recipients_of(self, person_id: PersonId) -> frozenset[RecipientId]:
        return self.of.get(person_id, frozenset())


@dataclass
class Clients:
    """Implements ClientDirectory."""

    known: list[ClientFacts] = field(default_factory=list)

    async def clients_of(self, recipient_id: RecipientId) -> tuple[ClientFacts, ...]:
        return tuple(one for one in self.known if one.recipient_id == recipient_id)


@dataclass
class Previews:
    """Implements PreviewPort; `rows` can be moved to make the next preview another one."""

    rows: int = 42
    k: int | None = None
    risk: float | None = None

    async def preview(self, scope: Scope, data_request_id: DataRequestId) -> Preview:
        assert data_request_id
        columns = tuple(
            Column(name, POLICY.field(name).title, form) for name, form in scope.fields.items()
        )
        sample = (tuple("孙*" if name == "name" else "06" for name in scope.fields),)
        plan = {"type": "plan", "fields": scope.fields}
        document = {
            "columns": [[one.field, one.form] for one in columns],
            "sample": [list(row) for row in sample],
            "rows": self.rows,
            "k": self.k,
            "risk": self.risk,
            "label": "去标识化",
            "notes": [],
            "scope": scope_document(scope),
        }
        return Preview(
            columns, sample, self.rows, self.k, self.risk, "去标识化", POLICY.digest, plan, document
        )


@dataclass
class Log:
    """Implements LogPort as far as data requests use it."""

    woken: int = 0

    def wake(self) -> None:
        self.woken += 1

    def health(self) -> NoReturn:
        raise AssertionError("nothing leaves here")

    async def sealed(self, entry_id: str, timeout: float = 5.0) -> NoReturn:  # noqa: ASYNC109  the port's promise
        raise AssertionError(entry_id, timeout)
