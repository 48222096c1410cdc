"""How are secrets and identifying numbers kept: encrypted, found, and tied to their place?

Envelope encryption: a root data key, wrapped by a key-encryption key from outside the database;
from it one key a purpose (HKDF-SHA256, RFC 5869). A ciphertext is bound to table, column, row.
"""

import hmac
from dataclasses import dataclass, field

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.engine import Connection

from kernel.ids import Entropy, system_entropy
from kernel.schema import Retention, table

SUITE = "intl-1"
"""AES-256-GCM and HMAC-SHA256. Tables that hold ciphertexts name the suite in a column `suite`."""

ROOT_PLACE = b"kernel_data_key\0root"

data_key = table(
    "kernel_data_key",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    retention=Retention.CONFIGURATION,
)


class KeyUnavailableError(RuntimeError):
    """The key-encryption key is absent or is not the one that this database was made with."""


@dataclass(slots=True)
class Keyring:
    """The unwrapped root key and the purpose keys made from it. Never printed, never stored."""

    _root: bytes = field(repr=False)
    entropy: Entropy = field(default=system_entropy, repr=False)
    _purposes: dict[str, bytes] = field(default_factory=dict, repr=False)
    _ciphers: dict[str, AESGCM] = field(default_factory=dict, repr=False)

    def seal(self, plaintext: bytes, *, table: str, column: str, row: str) -> bytes:
        """Return nonce and AES-256-GCM ciphertext, valid in that table, column and row only."""
        nonce = self.entropy(12)
        return nonce + self._cipher(table).encrypt(nonce, plaintext, f"{column}\0{row}".encode())

    def open(self, sealed: bytes, *, table: str, column: str, row: str) -> bytes:
        """Return the plaintext; raises KeyUnavailableError if key, bytes or place do not fit."""
        try:
            return self._cipher(table).decrypt(
                sealed[:12], sealed[12:], f"{column}\0{row}".encode()
            )
        except (InvalidTag, ValueError):  # ValueError: too short for a nonce
            raise KeyUnavailableError(f"a ciphertext in {table}.{column} does not open") from None

    def index(self, purpose: str, value: str) -> bytes:
        """Return the 32-byte keyed tag by which an encrypted or unnamed value is found again.

        Equal values under one purpose have equal tags; purposes do not link. The caller normalizes.
        """
        return hmac.digest(self.key(f"index:{purpose}"), value.encode(), "sha256")

    def key(self, purpose: str) -> bytes:
        """Return the 32-byte key of a purpose."""
        if purpose not in self._purposes:
            self._purposes[purpose] = HKDF(SHA256(), 32, b"xueyin", purpose.encode()).derive(
                self._root
            )
        return self._purposes[purpose]

    def _cipher(self, table: str) -> AESGCM:
        if table not in self._ciphers:
            self._ciphers[table] = AESGCM(self.key(f"seal:{table}"))
        return self._ciphers[table]


def open_keyring(connection: Connection, kek: bytes, entropy: Entropy = system_entropy) -> Keyring:
    """Unwrap the database's root key with the 32-byte KEK, or make one in an empty database.

    Raises KeyUnavailableError if the KEK is another one: nothing is then readable or made anew.
    """
    wrapped = _wrapped_root(connection)
    if wrapped is None:
        wrapped = _new_root(connection, kek, entropy)
    try:
        root = AESGCM(kek).decrypt(wrapped[:12], wrapped[12:], ROOT_PLACE)
    except (InvalidTag, ValueError):
        raise KeyUnavailableError("the key-encryption key does not fit this database") from None
    return Keyring(root, entropy)


def _wrapped_root(connection: Connection) -> bytes | None:
    return connection.scalar(sa.select(data_key.c.wrapped).where(data_key.c.id == "root"))


def _new_root(connection: Connection, kek: bytes, entropy: Entropy) -> bytes:
    """Store a new wrapped root key and return it; or the one of a process that was first."""
    nonce = entropy(12)
    wrapped = nonce + AESGCM(kek).encrypt(nonce, entropy(32), ROOT_PLACE)
    try:
        with connection.begin_nested():
            connection.execute(data_key.insert().values(id="root", suite=SUITE, wrapped=wrapped))
    except sa.exc.IntegrityError:
        return _wrapped_root(connection) or wrapped
    return wrapped
