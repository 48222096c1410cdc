"""Wait for the receipt that goes out with the bytes; without it nothing goes out."""

from sharing.usecases.disclose import Written, close
from sharing.usecases.services import SharingServices


async def receipt_or_void(services: SharingServices, written: Written) -> str:
    """Return the receipt of a disclosure once its entry is inside a signed checkpoint.

    Raises what the log raises, after closing the disclosure as void: nothing was sent.
    """
    try:
        return (await services.log.sealed(written.entry_id)).text
    except Exception:
        await close(services.runtime, written, "void")
        services.log.wake()
        raise
