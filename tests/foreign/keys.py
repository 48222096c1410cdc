"""Key pairs of apps that prove themselves by private_key_jwt; made once a run."""

from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey


@cache
def private_pem(algorithm: str) -> str:
    """Return a private key in PEM (PKCS #8) for ES256 or RS256."""
    key = (
        ec.generate_private_key(ec.SECP256R1())
        if algorithm == "ES256"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_jwks(algorithm: str) -> dict[str, Any]:
    """Return its public half as the JWK Set that is given to the portal; the kid is `app`."""
    kind = ECKey if algorithm == "ES256" else RSAKey
    public = kind.import_key(private_pem(algorithm)).as_dict(private=False)
    return {"keys": [{**public, "kid": "app", "alg": algorithm, "use": "sig"}]}


def public_pem(algorithm: str) -> str:
    """Return its public half in PEM."""
    key = serialization.load_pem_private_key(private_pem(algorithm).encode(), None).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()
