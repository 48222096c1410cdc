"""How large is the log, and what is its root? Checkpoints (https://c2sp.org/tlog-checkpoint)."""

from dataclasses import dataclass

from ledger.domain import strict64
from ledger.domain.merkle import HASH_BYTES
from ledger.domain.note import NoteError, Signer, VerifierKey, open_note, sign

_MANDATORY_LINES = 3
_MOST_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's tree head: whose log, how many entries, the 32-byte root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text: origin, size, root, each on a line."""
        return f"{self.origin}\n{self.size}\n{strict64.encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Return the checkpoint of a note text; extension lines are passed over.

        Raises NoteError on any other spelling than `text` has.
        """
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < _MANDATORY_LINES or not all(lines):
            raise NoteError("检查点应有来源、大小、树根三行")
        origin, size, root = lines[:_MANDATORY_LINES]
        if not size.isascii() or not size.isdecimal() or len(size) > _MOST_DIGITS:
            raise NoteError("检查点的大小不是十进制数")
        try:
            parsed = cls(origin, int(size), strict64.decode(root))
        except ValueError as error:
            raise NoteError(f"检查点的树根{error}") from error
        if str(parsed.size) != size or len(parsed.root) != HASH_BYTES:
            raise NoteError("检查点的大小或树根写法不规范")
        return parsed


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Return the signed note. The caller stores it: no log signs two that contradict."""
    return sign(checkpoint.text, signer)


def open_checkpoint(note: str, vkey: str) -> Checkpoint:
    """Return the checkpoint if the log's key signed it and it speaks of that key's own log.

    Raises NoteError.
    """
    checkpoint = Checkpoint.parse(open_note(note, [vkey]))
    if checkpoint.origin != VerifierKey.parse(vkey).name:
        raise NoteError(f"检查点的来源是 {checkpoint.origin}，与密钥名称不符")
    return checkpoint
