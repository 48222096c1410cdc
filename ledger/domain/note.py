"""Who signed this text? Signed notes with Ed25519 (https://c2sp.org/signed-note)."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.domain import strict64

ED25519 = b"\x01"
KEY_ID_BYTES = 4
KEY_BYTES = 32
MOST_SIGNATURES = 100
MOST_CHARACTERS = 64 * 1024 * 1024
"""A manifest has a line a file; nothing else is near this length."""
_MARK = "— "
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note is malformed, or no trusted key signed it."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name under which it signs."""

    name: str
    key_id: bytes
    public: Ed25519PublicKey

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Return the key written as `name+hex(id)+base64(0x01 + key)`; raises NoteError."""
        name, public = _parse_key(vkey, private=False)
        return cls(name, _key_id(name, public), Ed25519PublicKey.from_public_bytes(public))

    def accepts(self, signature: bytes, text: str) -> bool:
        """Tell whether the key made the signature over the text."""
        try:
            self.public.verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name under which it signs. Never printed."""

    name: str
    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> "Signer":
        """Return the signer made of 32 random bytes; raises NoteError for an unfit name."""
        _check_name(name)
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def parse(cls, skey: str) -> "Signer":
        """Return the signer of `PRIVATE+KEY+name+hex(id)+base64(0x01 + seed)`, as Go writes it.

        Raises NoteError; the message never holds the key.
        """
        name, seed = _parse_key(skey, private=True)
        return cls.from_seed(name, seed)

    @property
    def skey(self) -> str:
        """The private key as text, for the key file alone."""
        return f"{_PRIVATE}{self.name}+{self.key_id.hex()}+" + strict64.encode(
            ED25519 + self._key.private_bytes_raw()
        )

    @property
    def vkey(self) -> str:
        """The verifier key as text, given to auditors out of band."""
        public = self._key.public_key().public_bytes_raw()
        return f"{self.name}+{self.key_id.hex()}+{strict64.encode(ED25519 + public)}"

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return _key_id(self.name, self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature (RFC 8032)."""
        return self._key.sign(message)


def sign(text: str, signer: Signer) -> str:
    """Return the note: text, blank line, one signature line.

    Raises NoteError if the text does not end in a newline or holds control characters.
    """
    _check_text(text)
    signature = strict64.encode(signer.key_id + signer.sign(text.encode()))
    return f"{text}\n{_MARK}{signer.name} {signature}\n"


def open_note(note: str, vkeys: Iterable[str]) -> str:
    """Return the note's text if at least one of the keys signed it and none of them failed.

    Signatures of unknown keys are ignored, as the specification demands. Raises NoteError.
    """
    text, lines = split(note)
    known = {(key.name, key.key_id): key for key in map(VerifierKey.parse, vkeys)}
    signed = False
    for name, key_id, signature in lines:
        key = known.get((name, key_id))
        if key is None:
            continue
        if not key.accepts(signature, text):
            raise NoteError(f"{name} 的签名与内容不符")
        signed = True
    if not signed:
        raise NoteError("没有可信密钥的签名")
    return text


def split(note: str) -> tuple[str, tuple[tuple[str, bytes, bytes], ...]]:
    """Return the text and each signature line's name, key id and signature, none yet verified.

    Raises NoteError on any byte that the format does not explain.
    """
    if len(note) > MOST_CHARACTERS:
        raise NoteError("签名文本过长")
    text, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteError("不是签名文本：缺少空行或末尾换行")
    text += "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError("签名行过多")
    return text, tuple(_parse_line(line) for line in lines)


def _parse_line(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not space:
        raise NoteError("签名行格式不对")
    _check_name(name)
    try:
        blob = strict64.decode(encoded)
    except ValueError as error:
        raise NoteError(f"签名行{error}") from error
    if len(blob) <= KEY_ID_BYTES:
        raise NoteError("签名过短")
    return name, blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:]


def _parse_key(text: str, *, private: bool) -> tuple[str, bytes]:
    if private and not text.startswith(_PRIVATE):
        raise NoteError("不是私钥：应以 PRIVATE+KEY+ 开头")
    # Base64 may hold "+", so the last part is what follows the second plus.
    parts = (text.removeprefix(_PRIVATE) if private else text).split("+", 2)
    try:
        name, key_id, material = parts
        data = strict64.decode(material)
    except ValueError:
        raise NoteError("密钥应写作 名称+8位十六进制+base64") from None
    _check_name(name)
    if data[:1] != ED25519 or len(data) != 1 + KEY_BYTES:
        raise NoteError("密钥不是 Ed25519")
    public = data[1:]
    if private:
        public = Ed25519PrivateKey.from_private_bytes(data[1:]).public_key().public_bytes_raw()
    if _key_id(name, public).hex() != key_id:
        raise NoteError("密钥的名称、编号与内容不符")
    return name, data[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:KEY_ID_BYTES]


def _check_name(name: str) -> None:
    unfit = any(c == "+" or c.isspace() or unicodedata.category(c) in ("Cc", "Cs") for c in name)
    if not name or unfit:
        raise NoteError("密钥名称为空，或含空白、加号、控制字符")


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("文本必须以换行结尾")
    if any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" for c in text):
        raise NoteError("文本含控制字符")
