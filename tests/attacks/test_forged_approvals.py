"""With the database and all of the server's settings in hand, nobody makes an approval.

The attacker reads and writes every row, holds the key-encryption key, the log's signing key and
the token keys, and knows the approvers' root verifier key. The root's private half and the
approver's key file are not on the server; only with them would it work (the control below).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec

from identity.accounts.domain import certificate
from identity.accounts.domain.key_file import read_key_file
from identity.accounts.domain.signing_key import PrivateKey, key_id, public_half, sign
from identity.accounts.store.tables import signing_key
from kernel.canonical import canonical_bytes, digest_bytes
from ledger.domain import bundle
from ledger.domain.note import Signer
from ledger.usecases.append import append
from ledger.verify.command import main
from sharing.requests.store.tables import approval, data_request, pending_decision
from tests.flows import acts
from tests.flows.acts import RelyingParty, Wish, more
from tests.flows.world import World
from tests.ledger.evidence import LOG, ROOT, Approver, signed, unsigned

WANTED = more(Wish(), class_name="keep")


@dataclass
class Attacker:
    """What was stolen: the running database and the settings. And a key of the attacker's own."""

    world: World
    genuine: dict[str, Any]
    waiting: str
    key: PrivateKey

    def write(self, *statements: sa.Executable) -> None:
        def job(connection: sa.Connection) -> None:
            for one in statements:
                connection.execute(one)

        self.world.loop.run(self.world.house.runtime.database.write(job))

    def row(self, statement: sa.Select[Any]) -> dict[str, Any]:
        async def read() -> Any:  # noqa: ANN401  a row
            return await self.world.house.runtime.database.read(statement)

        found = self.world.loop.run(read())
        return dict(found[0]._mapping)  # noqa: SLF001  SQLAlchemy's public name

    @property
    def log_signer(self) -> Signer:
        return Signer.parse(self.world.settings.log_key_path.read_text().strip())

    def certify(self, key: PrivateKey, root: Signer, *, genuine_key_id: str = "") -> str:
        """Put a certificate of one's own make for the approver's person into the database."""
        now = self.world.clock()
        spki = public_half(key)
        person = self.world.cast.principals["approver"]
        text = certificate.issue(
            root, person.person_id, person.org_id or person.person_id, spki,  # type: ignore[arg-type]
            valid_from=now - timedelta(days=1), valid_to=now + timedelta(days=300),
        )  # fmt: skip
        values: dict[str, Any] = {
            "person_id": person.person_id, "org_id": person.org_id, "algorithm": spki.algorithm,
            "spki": spki.spki, "certificate": text, "valid_from": now - timedelta(days=1),
            "valid_to": now + timedelta(days=300), "enrolled_at": now,
        }  # fmt: skip
        if genuine_key_id:
            where = signing_key.c.key_id == genuine_key_id
            self.write(signing_key.update().where(where).values(**values))
            return genuine_key_id
        self.write(signing_key.insert().values(key_id=spki.key_id, **values))
        return spki.key_id

    def document(self, **changes: object) -> dict[str, Any]:
        """Return the document that waits for a signature, as it is or changed."""
        found = self.row(
            sa.select(pending_decision).where(pending_decision.c.data_request_id == self.waiting)
        )
        document: dict[str, Any] = json.loads(found["document"])
        return document | changes

    def insert(self, document: dict[str, Any], signature: bytes, **changes: object) -> None:
        """Insert the approval as the server would have done, log entry included."""
        data, now = canonical_bytes(document), self.world.clock()
        issued = datetime.fromisoformat(document["issued_at"])
        values = {
            "id": document["approval"], "data_request_id": self.waiting,
            "client_id": document["client"], "document": data, "digest": digest_bytes(data),
            "signature": signature, "algorithm": "ES256", "key_id": document["approver"]["key"],
            "spki": self.genuine["spki"], "certificate": self.genuine["certificate"],
            "entry_id": "entry_" + "0" * 32, "signed_at": issued,
        } | changes  # fmt: skip
        scope = {name: document[name] for name in SCOPE}
        self.write(
            approval.insert().values(**values),
            data_request.update().where(data_request.c.id == self.waiting)
            .values(state="approved", scope=scope),
        )  # fmt: skip
        body = {
            "type": "approval", "approval": document["approval"], "document": digest_bytes(data),
        }  # fmt: skip
        self.world.loop.run(
            self.world.house.runtime.database.write(
                lambda connection: append(connection, body, at=now, nonce=b"\x05" * 16)
            )
        )


SCOPE = (
    "client", "recipient", "purpose", "ground", "basis", "fields", "cohort", "period", "quota",
    "deliveries", "obligations",
)  # fmt: skip


@pytest.fixture
def attacker(world: World) -> Attacker:
    """A genuine approval without the class, and a data request for the class that nobody signed."""
    _, approval_id = acts.approve(world)
    waiting = acts.file_request(world, WANTED)
    acts.review(world, waiting)
    acts.prepare(world, waiting)
    made = Attacker(world, {}, waiting, ec.generate_private_key(ec.SECP256R1()))
    made.genuine = made.row(sa.select(approval).where(approval.c.id == approval_id))
    return made


def classes_leave(world: World) -> bool:
    """Tell whether the app gets the class that only the unsigned data request would allow."""
    claims = RelyingParty(world, world.cast.apps["app"]).sign_in("pupil", "openid edu.class_name")
    return isinstance(claims, dict) and "edu_class" in claims


def with_own_key(attacker: Attacker, root: Signer) -> None:
    identity = attacker.certify(attacker.key, root)
    document = attacker.document()
    document["approver"]["key"] = identity
    attacker.insert(document, sign(attacker.key, canonical_bytes(document)))


def own_root(attacker: Attacker) -> None:
    """A root of one's own under the same name."""
    with_own_key(attacker, Signer.from_seed(attacker.world.root.name, b"\x66" * 32))


def log_key_as_root(attacker: Attacker) -> None:
    """The log's key, which is in the settings, signs the certificate."""
    with_own_key(attacker, attacker.log_signer)


def replaced_key_row(attacker: Attacker) -> None:
    """The approver's key row holds the attacker's public key and certificate."""
    genuine = attacker.genuine["key_id"]
    root = Signer.from_seed(attacker.world.root.name, b"\x66" * 32)
    attacker.certify(attacker.key, root, genuine_key_id=genuine)
    document = attacker.document()
    attacker.insert(document, sign(attacker.key, canonical_bytes(document)))


def replaced_public_key_only(attacker: Attacker) -> None:
    """The genuine certificate stays, only the key beside it is another."""
    where = signing_key.c.key_id == attacker.genuine["key_id"]
    spki = public_half(attacker.key).spki
    attacker.write(signing_key.update().where(where).values(spki=spki))
    document = attacker.document()
    attacker.insert(document, sign(attacker.key, canonical_bytes(document)), spki=spki)


def genuine_certificate_under_own_name(attacker: Attacker) -> None:
    """The genuine certificate stands in a row that is named after the attacker's key."""
    spki = public_half(attacker.key)
    row = attacker.row(
        sa.select(signing_key).where(signing_key.c.key_id == attacker.genuine["key_id"])
    )
    attacker.write(signing_key.insert().values(**row | {"key_id": spki.key_id, "spki": spki.spki}))
    document = attacker.document()
    document["approver"]["key"] = key_id(spki.spki)
    attacker.insert(document, sign(attacker.key, canonical_bytes(document)))


def copied_signature(attacker: Attacker) -> None:
    """The signature of the genuine approval is put below the other document."""
    attacker.insert(attacker.document(), attacker.genuine["signature"])


def zero_signature(attacker: Attacker) -> None:
    """r = s = 0 (CVE-2022-21449)."""
    attacker.insert(attacker.document(), bytes(64))


def genuine_approval_replayed(attacker: Attacker) -> None:
    """The genuine document and signature stand as the approval of the other data request."""
    document = json.loads(attacker.genuine["document"])
    own = attacker.document()["approval"]
    genuine = attacker.genuine["digest"]
    attacker.write(approval.update().where(approval.c.digest == genuine).values(digest="x"))
    attacker.insert(document, attacker.genuine["signature"], id=own)


def widened_scope(attacker: Attacker) -> None:
    """A field is added to the genuine document, in the bytes and in every column."""
    document = json.loads(attacker.genuine["document"])
    document["fields"] |= {"class_name": "keep"}
    data = canonical_bytes(document)
    where = approval.c.id == attacker.genuine["id"]
    attacker.write(
        approval.update().where(where).values(document=data, digest=digest_bytes(data)),
        data_request.update().where(data_request.c.id == attacker.genuine["data_request_id"])
        .values(scope={name: document[name] for name in SCOPE}),
    )  # fmt: skip


def widened_columns_only(attacker: Attacker) -> None:
    """The signed bytes stay; only what stands beside them allows more."""
    document = json.loads(attacker.genuine["document"])
    document["fields"] |= {"class_name": "keep"}
    attacker.write(
        data_request.update().where(data_request.c.id == attacker.genuine["data_request_id"])
        .values(scope={name: document[name] for name in SCOPE}),
    )  # fmt: skip


def signed_by_another_official(attacker: Attacker) -> None:
    """An official of another county signs; the document still names the right one."""
    private = read_key_file(attacker.world.offline / "other_approver.key")
    document = attacker.document()
    document["approver"]["key"] = public_half(private).key_id
    attacker.insert(document, sign(private, canonical_bytes(document)))


FORGERIES: tuple[Callable[[Attacker], None], ...] = (
    own_root, log_key_as_root, replaced_key_row, replaced_public_key_only,
    genuine_certificate_under_own_name, copied_signature, zero_signature,
    genuine_approval_replayed, widened_scope, widened_columns_only, signed_by_another_official,
)  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_the_gateway_does_not_believe(
    attacker: Attacker, forge: Callable[[Attacker], None]
) -> None:
    forge(attacker)
    assert not classes_leave(attacker.world)


def test_with_the_approvers_own_key_the_same_rows_would_work(attacker: Attacker) -> None:
    """The control: nothing but the signature stops the forgeries above."""
    private = read_key_file(attacker.world.offline / "approver.key")
    document = attacker.document()
    attacker.insert(document, sign(private, canonical_bytes(document)))
    assert classes_leave(attacker.world)


def roots(name: str) -> Signer:
    return {
        "another root of the same name": Signer.from_seed(ROOT.name, b"\x77" * 32),
        "the log's own key": LOG,
    }[name]


@pytest.mark.parametrize("name", ["another root of the same name", "the log's own key"])
def test_whoever_holds_the_log_key_cannot_make_evidence_of_an_approval(
    name: str, tmp_path: Path
) -> None:
    """Log, receipts, manifest: all made anew with the stolen log key. Only the root is missing."""
    forged = signed(unsigned(by=Approver(root=roots(name))))
    assert not holds(forged, tmp_path / "forged")
    assert holds(signed(unsigned(by=Approver(root=ROOT))), tmp_path / "genuine")


def test_a_manifest_signed_by_another_key_is_refused(tmp_path: Path) -> None:
    other = Signer.from_seed(LOG.name, b"\x78" * 32)
    assert not holds(signed(unsigned(), other), tmp_path)


def holds(files: dict[str, bytes], folder: Path) -> bool:
    """Tell whether the evidence verifies with the keys that an auditor was given."""
    folder.mkdir(exist_ok=True)
    archive = folder / "evidence.zip"
    archive.write_bytes(bundle.to_zip(files))
    command = ["verify", str(archive), "--key", LOG.vkey, "--approver-root", ROOT.vkey]
    return main(command) == 0
