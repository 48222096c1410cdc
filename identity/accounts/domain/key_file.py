"""How does the command line keep a signer's private key? As a PKCS#8 PEM file of mode 0600.

Nothing on the server imports this module.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from identity.accounts.domain.signing_key import (
    ED25519,
    ES256,
    PrivateKey,
    PublicKey,
    public_half,
)
from kernel.errors import InvalidError


def new_key_file(path: Path, algorithm: str = ES256, passphrase: str = "") -> PublicKey:
    """Write a fresh private key to a file that must not exist yet, and return its public half.

    Raises FileExistsError: a key is never overwritten. InvalidError for another algorithm.
    """
    key: PrivateKey
    if algorithm == ES256:
        key = ec.generate_private_key(ec.SECP256R1())
    elif algorithm == ED25519:
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        raise InvalidError(
            "不支持的签名算法", field="algorithm", remedy=f"请用 {ES256} 或 {ED25519}"
        )
    how: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    # O_EXCL with the mode at once: there is no moment in which others could read the file.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return public_half(key)


def read_key_file(path: Path, passphrase: str = "") -> PrivateKey:
    """Return the private key. Raises InvalidError if others may read the file or it is no key."""
    if path.stat().st_mode & 0o077:
        raise InvalidError(
            "密钥文件的权限过宽", field=str(path), rule="私钥只许本人读取", remedy="chmod 600"
        )
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase.encode() or None)
    except (ValueError, TypeError):
        raise InvalidError("密钥文件打不开", field=str(path), remedy="请检查文件和口令") from None
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise InvalidError("密钥文件不是 P-256 或 Ed25519 私钥", field=str(path), remedy="请重新生成")
