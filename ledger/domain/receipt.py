"""What does the holder of a disclosure keep? A proof that works offline.

Format: https://c2sp.org/tlog-proof, without the optional `extra` line.
"""

from dataclasses import dataclass

from ledger.domain import strict64
from ledger.domain.checkpoint import Checkpoint, open_checkpoint
from ledger.domain.merkle import HASH_BYTES, leaf_hash, verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = "index "
_MOST_DIGITS = 19


class ReceiptError(ValueError):
    """A receipt is not of the form."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an entry stands, the path from it to the root, and the signed checkpoint."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    """The signed note, exactly as the log published it."""

    @property
    def text(self) -> str:
        """The receipt as it is stored and handed over."""
        path = "".join(f"{strict64.encode(sibling)}\n" for sibling in self.proof)
        return f"{_HEADER}\n{_INDEX}{self.index}\n{path}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Return the receipt; raises ReceiptError on any other spelling than `text` has."""
        head, _, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != _HEADER or len(lines) == 1 or not lines[1].startswith(_INDEX):
            raise ReceiptError("回执首行或序号行不对")
        index = lines[1].removeprefix(_INDEX)
        if not index.isascii() or not index.isdecimal() or len(index) > _MOST_DIGITS:
            raise ReceiptError("回执的序号不是十进制数")
        try:
            proof = tuple(strict64.decode(line) for line in lines[2:])
        except ValueError as error:
            raise ReceiptError(f"回执的证明行{error}") from error
        parsed = cls(int(index), proof, checkpoint)
        if any(len(sibling) != HASH_BYTES for sibling in proof) or parsed.text != text:
            raise ReceiptError("回执写法不规范")
        return parsed

    def verify(self, entry: bytes, vkey: str) -> Checkpoint:
        """Return the checkpoint if the log with that key holds the entry at the index.

        Raises NoteError for the checkpoint, ProofError for the path.
        """
        checkpoint = open_checkpoint(self.checkpoint, vkey)
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.proof, checkpoint.root)
        return checkpoint
