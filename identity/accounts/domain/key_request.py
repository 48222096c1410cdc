"""How does a person ask that a key be certified as theirs? By a short text that the key signs.

    xueyin-key-request@v1
    person <person id>
    org <org id>
    algorithm ES256|Ed25519
    spki <base64 DER SubjectPublicKeyInfo>
    proof <base64 signature of the five lines above, each ending in a line feed>

The proof shows that whoever asks holds the private half (RFC 2986 does the same).
"""

import base64
import binascii
from dataclasses import dataclass

from identity.accounts.domain.signing_key import (
    PrivateKey,
    PublicKey,
    is_signed,
    parse_spki,
    public_half,
    sign,
)
from kernel.errors import InvalidError
from kernel.ids import OrgId, PersonId

HEADER = "xueyin-key-request@v1"
LINES = 6
LARGEST = 2048


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A request whose proof holds. Who the person is, it cannot prove: the root holder checks."""

    person_id: PersonId
    org_id: OrgId
    key: PublicKey
    text: str


def unsigned_text(person_id: PersonId, org_id: OrgId, key: PublicKey) -> str:
    """Return the lines that the key signs."""
    return (
        f"{HEADER}\nperson {person_id}\norg {org_id}\nalgorithm {key.algorithm}\n"
        f"spki {base64.b64encode(key.spki).decode()}\n"
    )


def request_text(private: PrivateKey, person_id: PersonId, org_id: OrgId) -> str:
    """Return the whole request for a key file (the browser builds the same in JavaScript)."""
    text = unsigned_text(person_id, org_id, public_half(private))
    return f"{text}proof {base64.b64encode(sign(private, text.encode())).decode()}\n"


def parse(text: str) -> KeyRequest:
    """Return the request; raises InvalidError if a line or the proof is wrong."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    names = [line.partition(" ")[0] for line in lines]
    if len(text) > LARGEST or names != [HEADER, "person", "org", "algorithm", "spki", "proof"]:
        raise _refused("格式不符")
    _, person, org, algorithm, spki, proof = (line.partition(" ")[2] for line in lines)
    key = parse_spki(_bytes(spki))
    if key.algorithm != algorithm:
        raise _refused("算法与公钥不符")
    unsigned = unsigned_text(PersonId(person), OrgId(org), key)
    signature = _bytes(proof)
    whole = f"{unsigned}proof {base64.b64encode(signature).decode()}\n"
    if whole.split("\n")[:LINES] != lines or not is_signed(key, unsigned.encode(), signature):
        raise _refused("持有证明无效")
    return KeyRequest(PersonId(person), OrgId(org), key, whole)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _refused("编码有误") from None


def _refused(why: str) -> InvalidError:
    return InvalidError(
        f"密钥认证申请无效：{why}", field="request", rule=HEADER, remedy="请重新生成申请"
    )
