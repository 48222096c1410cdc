"""Root keys, signers and certificates for the tests of signing keys."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from identity.accounts.domain import certificate
from identity.accounts.domain.signing_key import (
    PrivateKey,
    public_half,
)
from kernel.ids import OrgId, PersonId
from ledger.domain import note
from tests.conftest import HandClock
from tests.identity.accounts.people import GOVERNMENT

ROOT = note.Signer.from_seed("xueyin-approver-root", b"\x01" * 32)
OTHER_ROOT = note.Signer.from_seed("xueyin-approver-root", b"\x02" * 32)
PAYLOAD = b'{"type":"xueyin-approval@v1"}'


def p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def issue(
    key: PrivateKey, clock: HandClock, root: note.Signer = ROOT,
    person: str = "person_approver", org: str = GOVERNMENT,
) -> str:  # fmt: skip
    return certificate.issue(
        root, PersonId(person), OrgId(org), public_half(key),
        valid_from=clock.now, valid_to=clock.now + timedelta(days=365),
    )  # fmt: skip
