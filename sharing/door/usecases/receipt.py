"""Wait for the proof that goes out with the bytes; without it nothing goes out."""

from dataclasses import dataclass

from ledger.usecases.proofs import entries
from sharing.door.usecases.disclose import Written, close
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class Proof:
    """What a recipient needs to check alone: the entry's exact bytes, and its receipt."""

    entry: bytes
    receipt: str


async def proof_or_void(services: SharingServices, written: Written) -> Proof:
    """Return the proof of a disclosure once its entry is inside a signed checkpoint.

    Raises what the log raises, after closing the disclosure as void: nothing was sent.
    """
    try:
        receipt = await services.log.sealed(written.entry_id)
        found = await entries(services.runtime, [written.entry_id])
        return Proof(found[written.entry_id].body, receipt.text)
    except Exception:
        await close(services.runtime, written, "void")
        services.log.wake()
        raise
