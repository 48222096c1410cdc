"""Which keys sign, which are published, and how does one follow another?

next (published, not yet used) → active (signs) → retiring (published, no longer signs) → retired.
A client that fetched the JWKS before a rotation already knows the key that signs after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwk

from identity.provider.domain.errors import TokenRejectedError
from identity.provider.domain.jose import PublicKey
from identity.provider.domain.signing import TokenSigner

ALGORITHMS = ("ES256", "RS256")
RSA_BITS = 2048


class KeyState(StrEnum):
    """Where in its life a signing key is."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A fresh key pair. `private_der` is PKCS #8 and is sealed before it is stored."""

    kid: str
    algorithm: str
    public_jwk: Mapping[str, Any]
    private_der: bytes


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A published key as the database knows it; the private half is still sealed."""

    kid: str
    algorithm: str
    state: KeyState
    public_jwk: Mapping[str, Any]
    sealed: bytes
    changed_at: datetime


def generate(algorithm: str) -> NewKey:
    """Return a new key pair for ES256 or RS256; the key id is its RFC 7638 thumbprint.

    An RSA key takes a good part of a second of processor time.
    """
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = rsa.generate_private_key(65537, RSA_BITS)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    imported: PublicKey = (
        jwk.ECKey.import_key(der) if algorithm == "ES256" else jwk.RSAKey.import_key(der)
    )
    kid = imported.thumbprint()
    public = imported.as_dict(private=False, use="sig", alg=algorithm, kid=kid)
    return NewKey(kid, algorithm, public, der)


def import_public(key: Mapping[str, Any]) -> PublicKey:
    """Return the key object of a public JWK; raises ValueError for kinds that are not used."""
    members = dict(key)
    if members.get("kty") == "EC":
        return jwk.ECKey.import_key(members)
    if members.get("kty") == "RSA":
        return jwk.RSAKey.import_key(members)
    raise ValueError("neither an EC nor an RSA key")


class ProviderKeys:
    """The keys of one moment: signers by algorithm, public keys by id, the JWKS as bytes."""

    def __init__(self, signers: tuple[TokenSigner, ...], published: tuple[StoredKey, ...]) -> None:
        self._signers = {signer.algorithm: signer for signer in signers}
        self._public = {k.kid: (import_public(k.public_jwk), k.algorithm) for k in published}
        self._verifiers = {
            key.kid: jwt.PyJWK(dict(key.public_jwk))
            for key in published
            if key.algorithm == "ES256"
        }
        self.jwks = orjson.dumps({"keys": [dict(key.public_jwk) for key in published]})

    def signer(self, algorithm: str) -> TokenSigner:
        """Return the active key of an algorithm; raises KeyError before the first key is made."""
        return self._signers[algorithm]

    def public(self, kid: object) -> tuple[PublicKey, str]:
        """Return a published key and its algorithm; raises TokenRejectedError if unknown."""
        found = self._public.get(kid) if isinstance(kid, str) else None
        if found is None:
            raise TokenRejectedError("unknown key id")
        return found

    def verifier(self, kid: str) -> jwt.PyJWK:
        """Return a published ES256 key for PyJWT; raises KeyError if unknown."""
        return self._verifiers[kid]
