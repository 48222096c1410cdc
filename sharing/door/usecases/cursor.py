"""Where did the last page end? The place is sealed for one client: it names nobody outside."""

import base64
import binascii

from kernel.envelope import KeyUnavailableError
from kernel.errors import InvalidError
from kernel.ids import ClientId, StudentId
from kernel.runtime import Runtime

_PLACE = "sharing_cursor"


def write(runtime: Runtime, client_id: ClientId, last: StudentId) -> str:
    """Return the cursor after this pupil; two cursors of one place look unlike."""
    sealed = runtime.keyring.seal(last.encode(), table=_PLACE, column="after", row=client_id)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(runtime: Runtime, client_id: ClientId, text: str) -> StudentId:
    """Return after whom to go on; raises InvalidError for anything this client was not given."""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        last = runtime.keyring.open(sealed, table=_PLACE, column="after", row=client_id)
    except (binascii.Error, ValueError, KeyUnavailableError):
        raise InvalidError(
            "翻页位置无效", field="cursor", rule="翻页位置只能原样送回", remedy="请从第一页重新开始"
        ) from None
    return StudentId(last.decode())
