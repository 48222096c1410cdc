"""Evidence as the house would make it: a log, two disclosures, a signed approval, its documents."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.domain.bundle import build
from ledger.domain.checkpoint import Checkpoint, sign_checkpoint
from ledger.domain.entry import complete, entry_id
from ledger.domain.frontier import Frontier
from ledger.domain.merkle import inclusion_proof
from ledger.domain.note import Signer, sign
from ledger.domain.receipt import Receipt
from ledger.domain.tile import Tile
from ledger.domain.tree import node_reader

LOG = Signer.from_seed("registry.example/xueyin", b"\x11" * 32)
ROOT = Signer.from_seed("province.example/approvers", b"\x22" * 32)
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ID = "0123456789abcdef" * 2
DOCUMENTS = {
    kind: f"the {kind}".encode()
    for kind in ("policy", "plan", "agreement", "impact_assessment", "preview")
}
APPROVAL_ID = f"approval_{ID}"


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def moment(days: float = 0) -> str:
    return (NOW + timedelta(days=days)).isoformat().replace("+00:00", "Z")


@dataclass
class Approver:
    """A person with a key of her own, certified by the root."""

    algorithm: str = "ES256"
    root: Signer = ROOT
    person: str = f"person_{ID}"
    org: str = f"org_{ID}"
    valid: tuple[float, float] = (-10, 10)
    key: Any = field(init=False)

    def __post_init__(self) -> None:
        if self.algorithm == "ES256":
            self.key = ec.derive_private_key(0x1234567, ec.SECP256R1())
        else:
            self.key = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x33" * 32)

    @property
    def spki(self) -> bytes:
        der: bytes = self.key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        return der

    @property
    def key_id(self) -> str:
        return "key_" + hashlib.sha256(self.spki).hexdigest()[:32]

    def certificate(self) -> str:
        start, end = (moment(days) for days in self.valid)
        spki = base64.b64encode(self.spki).decode()
        return sign(
            f"xueyin-signing-key@v1\nperson {self.person}\norg {self.org}\n"
            f"algorithm {self.algorithm}\nspki {spki}\nfrom {start}\nto {end}\n",
            self.root,
        )

    def signature(self, document: bytes) -> bytes:
        if self.algorithm != "ES256":
            raw: bytes = self.key.sign(document)
            return raw
        r, s = decode_dss_signature(self.key.sign(document, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign(self, document: bytes, **changes: object) -> bytes:
        evidence: dict[str, object] = {
            "algorithm": self.algorithm,
            "signature": base64.b64encode(self.signature(document)).decode(),
            "spki": base64.b64encode(self.spki).decode(),
            "certificate": self.certificate(),
        }
        return compact(evidence | changes)


def approval(by: Approver, **changes: object) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": "xueyin-approval@v1",
        "approval": APPROVAL_ID,
        "decision": "approve",
        "client": f"client_{ID}",
        "recipient": f"recipient_{ID}",
        "purpose": "homework",
        "period": {"start": moment(-1), "end": moment(30)},
        "deliveries": ["claims", "record_api"],
        "bounds": {"most_rows": 100, "least_k": 5, "highest_risk": 0.2},
        **{kind: digest(data) for kind, data in DOCUMENTS.items()},
        "responsible": {
            "approver": by.person,
            "releasing_node": f"person_{'1' * 32}",
            "recipient": f"person_{'2' * 32}",
        },
        "approver": {"person": by.person, "org": by.org, "key": by.key_id},
        "issued_at": moment(-1),
    }
    return document | changes


def disclosure(number: int, **changes: object) -> tuple[str, bytes]:
    body: dict[str, object] = {
        "type": "disclosure",
        "release": f"dis_{number:032x}",
        "approvals": [APPROVAL_ID],
        "client": f"client_{ID}",
        "recipient": f"recipient_{ID}",
        "delivery": "record_api",
        "policy": digest(DOCUMENTS["policy"]),
        "plan": digest(DOCUMENTS["plan"]),
        "rows": 1,
        "label": "去标识化",
        "commitment": "ab" * 32,
        "responsible": [f"person_{ID}", f"person_{'1' * 32}", f"person_{'2' * 32}"],
    }
    return written(number, body | changes)


def signing(document: bytes) -> dict[str, object]:
    """The entry that tells of a signed approval."""
    return {"type": "approval", "approval": APPROVAL_ID, "document": digest(document)}


def written(number: int, body: Mapping[str, object]) -> tuple[str, bytes]:
    """An entry's id and bytes; each is a second younger than the one before it."""
    nonce, at = hashlib.sha256(b"nonce %d" % number).digest()[:16], NOW + timedelta(seconds=number)
    return entry_id(nonce), compact(complete(body, at=at, nonce=nonce))


@dataclass
class Log:
    """All entries of a log, and its files at the newest size."""

    entries: list[bytes]
    signer: Signer = LOG
    origin: str = ""

    def frontier(self, size: int) -> tuple[Frontier, dict[Tile, bytes]]:
        frontier, filled = Frontier().extend(self.entries[:size])
        return frontier, filled | frontier.partial_files()

    def checkpoint(self, size: int | None = None) -> str:
        size = len(self.entries) if size is None else size
        root = self.frontier(size)[0].edge.root
        return sign_checkpoint(Checkpoint(self.origin or self.signer.name, size, root), self.signer)

    def files(self) -> dict[str, bytes]:
        tiles = self.frontier(len(self.entries))[1]
        named = {tile.path: data for tile, data in tiles.items()}
        return {"checkpoint": self.checkpoint().encode(), **named}

    def receipt(self, index: int, size: int | None = None) -> Receipt:
        size = len(self.entries) if size is None else size
        node = node_reader(size, self.frontier(size)[1].__getitem__)
        return Receipt(index, inclusion_proof(index, size, node), self.checkpoint(size))


def unsigned(
    count: int = 300,
    *,
    by: Approver | None = None,
    entry: Mapping[str, object] | None = None,
    changes: Mapping[str, object] | None = None,
    others: Mapping[int, Mapping[str, object]] | None = None,
) -> dict[str, bytes]:
    """All files of the bundle but the manifest; disclosures 5 and 280 are the ones in question."""
    approver = by or Approver()
    document = compact(approval(approver, **(changes or {})))
    made = [disclosure(number, **(entry or {})) for number in range(count)]
    made[0] = written(0, signing(document))
    for index, body in (others or {}).items():
        made[index] = written(index, body)
    log = Log([body for _, body in made])
    files = {f"log/{path}": data for path, data in log.files().items()}
    for index, size in ((5, 6), (count - 20, count)):
        name, data = made[index]
        files[f"entries/{name}.json"] = data
        files[f"receipts/{name}.tlog-proof"] = log.receipt(index, size).text.encode()
    files[f"approvals/{APPROVAL_ID}.json"] = document
    files[f"approvals/{APPROVAL_ID}.sig.json"] = approver.sign(document)
    files |= {f"documents/{digest(d).replace(':', '-')}": d for d in DOCUMENTS.values()}
    return files


def signed(files: Mapping[str, bytes], signer: Signer = LOG) -> dict[str, bytes]:
    return build(files, signer)
