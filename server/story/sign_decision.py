"""Approve with a key file, through public HTTP: prepare, fetch the exact bytes, sign, hand in."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from identity.accounts.domain.key_file import read_key_file
from identity.accounts.domain.signing_key import sign
from kernel.errors import DeniedError
from server.story.browser import Browser, Page


@dataclass(frozen=True, slots=True)
class Order:
    """What to approve, why, and with which key file. Bounds not given stay as proposed."""

    data_request_id: str
    reason: str
    key_file: Path


def sign_decision(browser: Browser, order: Order, confirm: Callable[[str], bool]) -> str:
    """Return the approval's id. `confirm` is shown the document and says whether to sign it.

    Raises DeniedError with what the server said, or when the person does not confirm.
    """
    address = f"/decisions/{order.data_request_id}"
    shown = _ok(browser.get(address))
    prepared = browser.submit(shown, shown.form("/prepare"), {"reason": order.reason})
    _ok(prepared)
    waiting = json.loads(_ok(browser.get(f"{address}/to-sign")).content)
    payload = base64.b64decode(waiting["payload"], validate=True)
    if not confirm(payload.decode()):
        raise DeniedError("没有签署", remedy="文书在有效期内可以重新签署")
    signature = base64.b64encode(sign(read_key_file(order.key_file), payload)).decode()
    done = browser.submit(
        prepared, prepared.form("/sign"),
        {"approval_id": waiting["approval_id"], "signature": signature},
    )  # fmt: skip
    _ok(done)
    return str(waiting["approval_id"])


def _ok(page: Page) -> Page:
    if page.status >= 400:  # noqa: PLR2004  HTTP's line between success and refusal
        raise DeniedError(page.text[:400], remedy="请按提示更正后重试")
    return page
