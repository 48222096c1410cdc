"""What does sharing need of the ledger's sequencer? Its health, and the receipt of an entry."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ledger.domain.note import Signer


class Health(Protocol):
    """Whether entries can be sealed now."""

    @property
    def writable(self) -> bool:
        """False: nothing may leave."""

    @property
    def reason(self) -> str:
        """Why not, for the operator."""


class Receipt(Protocol):
    """Proof that an entry is in a signed checkpoint (C2SP tlog-proof)."""

    @property
    def text(self) -> str:
        """The proof's text; it verifies offline."""


class LogPort(Protocol):
    """The sequencer, as the door uses it."""

    def health(self) -> Health:
        """Return the state as of now; cheap."""

    def wake(self) -> None:
        """Say that an entry was committed."""

    async def sealed(self, entry_id: str, timeout: float = 5.0) -> Receipt:  # noqa: ASYNC109  the port's promise
        """Return the receipt once the entry is sealed; raises if that takes too long."""


@dataclass(frozen=True, slots=True)
class EvidenceKey:
    """The log's key, which signs evidence bundles, and the folder of its published files."""

    signer: Signer
    directory: Path
