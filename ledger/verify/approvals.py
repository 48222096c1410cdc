"""Did that person, in that office, sign exactly this approval?"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ledger.domain import strict64
from ledger.domain.note import NoteError, open_note, split

TYPE = "xueyin-approval@v1"
CERTIFICATE = "xueyin-signing-key@v1"
_CERTIFICATE_LINES = (CERTIFICATE, "person", "org", "algorithm", "spki", "from", "to")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
_HALF = 32


class ApprovalError(ValueError):
    """An approval does not hold. The message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the approver root says of a key."""

    person: str
    org: str
    algorithm: str
    spki: bytes
    start: datetime
    end: datetime

    @property
    def key_id(self) -> str:
        """`key_` and the first 32 hex digits of SHA-256 over the key."""
        return f"key_{hashlib.sha256(self.spki).hexdigest()[:32]}"


def parse_json(data: bytes) -> dict[str, Any]:
    """Return a JSON object; raises ApprovalError for anything else, and for a repeated key."""
    try:
        value = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise ApprovalError(f"不是规范的 JSON：{error}") from error
    if not isinstance(value, dict):
        raise ApprovalError("不是 JSON 对象")
    return value


def parse_time(text: object) -> datetime:
    """Return an RFC 3339 UTC time that ends in Z; raises ApprovalError."""
    if isinstance(text, str) and _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise ApprovalError(f"没有这个时间：{text} (no such time)") from error
    raise ApprovalError("时间应为 RFC 3339 的 UTC 写法 (not a UTC time)")


def check_approval(document: bytes, signature: bytes, root: str | None) -> dict[str, Any]:
    """Return the approval that was signed.

    `document` is exactly what was signed, `signature` the JSON that lies beside it. Without a root
    key the certificate's signature is not checked, all else is. Raises ApprovalError.
    """
    approval, evidence = parse_json(document), parse_json(signature)
    note = _text(evidence, "certificate")
    certificate = _certificate(note, root)
    if (_bytes(evidence, "spki"), evidence.get("algorithm")) != (
        certificate.spki, certificate.algorithm,
    ):  # fmt: skip
        raise ApprovalError("签名所附公钥或算法与证书不符 (key differs from certificate)")
    _check_signature(certificate, document, _bytes(evidence, "signature"))
    _check_holder(approval, certificate)
    return approval


def _check_holder(approval: dict[str, Any], certificate: Certificate) -> None:
    if approval.get("type") != TYPE or approval.get("decision") != "approve":
        raise ApprovalError("不是批准文书 (not an approval)")
    expected = {
        "person": certificate.person, "org": certificate.org, "key": certificate.key_id,
    }  # fmt: skip
    if approval.get("approver") != expected:
        raise ApprovalError("文书中的批准人、机构或密钥与证书不符 (approver differs)")
    responsible = approval.get("responsible")
    if not isinstance(responsible, dict) or responsible.get("approver") != certificate.person:
        raise ApprovalError("责任人不是签名的批准人 (responsible person differs)")
    if not certificate.start <= parse_time(approval.get("issued_at")) < certificate.end:
        raise ApprovalError("签发时证书不在有效期内 (certificate not valid at issued_at)")


def _certificate(note: str, root: str | None) -> Certificate:
    try:
        text = split(note)[0] if root is None else open_note(note, [root])
    except NoteError as error:
        raise ApprovalError(f"证书不是由给定的根密钥签发：{error} (certificate)") from error
    lines = [line.partition(" ") for line in text.removesuffix("\n").split("\n")]
    if tuple(name for name, _, _ in lines) != _CERTIFICATE_LINES:
        raise ApprovalError("证书格式不对 (malformed certificate)")
    _, person, org, algorithm, spki, start, end = (value for _, _, value in lines)
    return Certificate(
        person, org, algorithm, _decode("证书公钥", spki), parse_time(start), parse_time(end)
    )


def _check_signature(certificate: Certificate, document: bytes, signature: bytes) -> None:
    try:
        key = load_der_public_key(certificate.spki)
        if certificate.algorithm == "Ed25519" and isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, document)
            return
        if certificate.algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey):
            _check_es256(key, document, signature)
            return
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ApprovalError("证书中的公钥无法读取 (unreadable key)") from error
    except InvalidSignature:
        raise ApprovalError("签名与文书不符 (signature does not fit the document)") from None
    raise ApprovalError("签名算法不被接受 (algorithm not accepted)")


def _check_es256(key: ec.EllipticCurvePublicKey, document: bytes, signature: bytes) -> None:
    """Check 64 raw bytes r‖s (RFC 7518 section 3.4)."""
    if not isinstance(key.curve, ec.SECP256R1) or len(signature) != 2 * _HALF:
        raise InvalidSignature
    halves = signature[:_HALF], signature[_HALF:]
    r, s = (int.from_bytes(half, "big") for half in halves)
    key.verify(encode_dss_signature(r, s), document, ec.ECDSA(SHA256()))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("重复的键 (repeated key)")
    return found


def _text(evidence: dict[str, Any], name: str) -> str:
    value = evidence.get(name)
    if not isinstance(value, str):
        raise ApprovalError(f"签名文件缺少 {name} (missing)")
    return value


def _bytes(evidence: dict[str, Any], name: str) -> bytes:
    return _decode(f"签名文件的 {name} ", _text(evidence, name))


def _decode(what: str, text: str) -> bytes:
    try:
        return strict64.decode(text)
    except ValueError as error:
        raise ApprovalError(f"{what}{error} (base64)") from error
