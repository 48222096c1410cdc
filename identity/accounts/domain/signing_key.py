"""What is a person's signing key: which algorithms, how is it named, how is a signature checked?

ES256 is ECDSA on P-256 with SHA-256, the signature 64 raw bytes r‖s (WebCrypto, RFC 7518 3.4);
Ed25519 as in RFC 8032. Only public halves come here; `keyfile` is for the command line.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from kernel.errors import InvalidError

ES256, ED25519 = "ES256", "Ed25519"
SIGNATURE_BYTES = 64
HALF = SIGNATURE_BYTES // 2
LARGEST_SPKI = 256

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as its one DER encoding (SubjectPublicKeyInfo, RFC 5280 4.1.2.7)."""

    algorithm: str
    spki: bytes

    @property
    def key_id(self) -> str:
        """Return `key_` and the first 32 hex digits of SHA-256(SPKI)."""
        return key_id(self.spki)

    @property
    def fingerprint(self) -> str:
        """Return all of SHA-256(SPKI) in groups of four, for people to compare."""
        text = hashlib.sha256(self.spki).hexdigest()
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def key_id(spki: bytes) -> str:
    """Return the name of the key with this SPKI."""
    return "key_" + hashlib.sha256(spki).hexdigest()[:32]


def parse_spki(spki: bytes) -> PublicKey:
    """Return the key; raises InvalidError unless it is P-256 or Ed25519 in canonical DER.

    One key has one encoding, so that one key cannot come under two names.
    """
    refused = InvalidError(
        "公钥不可用", field="spki", rule="只接受 P-256 或 Ed25519 的规范 DER 公钥",
        remedy="请重新生成密钥",
    )  # fmt: skip
    if len(spki) > LARGEST_SPKI:
        raise refused
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        raise refused from None
    if isinstance(key, ed25519.Ed25519PublicKey):
        algorithm = ED25519
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        algorithm = ES256
    else:
        raise refused
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != spki:
        raise refused
    return PublicKey(algorithm, spki)


def is_signed(key: PublicKey, payload: bytes, signature: bytes) -> bool:
    """Tell whether the key signed the payload."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    public = load_der_public_key(key.spki)
    try:
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, payload)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(_der(signature), payload, ec.ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def public_half(private: PrivateKey) -> PublicKey:
    """Return the public key of a private one."""
    return parse_spki(
        private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def sign(private: PrivateKey, payload: bytes) -> bytes:
    """Return 64 raw bytes of signature (for the command line; the server holds no such key)."""
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(payload)
    r, s = decode_dss_signature(private.sign(payload, ec.ECDSA(SHA256())))
    return r.to_bytes(HALF) + s.to_bytes(HALF)


def _der(raw: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(raw[:HALF]), int.from_bytes(raw[HALF:]))
