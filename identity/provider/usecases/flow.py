"""How does a flow survive the sign-in page and the consent page? Sealed, in the browser's hands.

Nothing is stored before the pupil has signed in, so nobody can fill the database with flows; and
what is sealed can be neither read nor changed, nor moved to another session (consent swap).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from identity.provider.domain.authorization import AuthorizationRequest
from identity.provider.domain.config import ProviderConfig
from identity.provider.domain.errors import OAuthError, UntrustedRedirectError
from kernel.envelope import Keyring, KeyUnavailableError
from kernel.runtime import Runtime

LONGEST = 24 * 1024
LONGEST_IN_URL = 7_500
"""Above it the way through the sign-in page would not bring the pupil back."""
_TABLE = "identity_flow"


@dataclass(frozen=True, slots=True)
class Flow:
    """A request under way. `began` is its first arrival; `notice_digest` what is being shown."""

    request: AuthorizationRequest
    began: datetime
    through_sign_in: bool = False
    student_id: str = ""
    notice_digest: str = ""


def seal(keyring: Keyring, flow: Flow, *, session_id: str = "") -> str:
    """Return the flow as a text for a URL or a form; with a session it opens in that one only."""
    request = {name: getattr(flow.request, name) for name in AuthorizationRequest.__slots__}
    document = {
        "request": request,
        "began": flow.began.timestamp(),
        "through_sign_in": flow.through_sign_in,
        "student_id": flow.student_id,
        "notice_digest": flow.notice_digest,
    }
    plain = orjson.dumps(document, default=sorted)
    sealed = keyring.seal(plain, table=_TABLE, column="flow", row=session_id)
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def seal_for_url(keyring: Keyring, flow: Flow) -> str:
    """Return the flow for an address; raises OAuthError `invalid_request` if it is too long."""
    sealed = seal(keyring, flow)
    if len(sealed) > LONGEST_IN_URL:
        raise OAuthError("invalid_request", "the request is too large")
    return sealed


def unseal(runtime: Runtime, config: ProviderConfig, text: str, *, session_id: str = "") -> Flow:
    """Return the flow; raises UntrustedRedirectError if it is not ours, not here, or too old."""
    try:
        encoded = text[:LONGEST].encode("ascii")  # a longer one was cut, so it does not open
        sealed = urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
        plain = runtime.keyring.open(sealed, table=_TABLE, column="flow", row=session_id)
    except (ValueError, KeyUnavailableError, InvalidTag):
        raise UntrustedRedirectError(
            "unknown_flow", "没有找到这次登录，请回到应用重新开始"
        ) from None
    flow = _flow(orjson.loads(plain))
    if runtime.clock() - flow.began > config.lifetimes.flow:
        raise UntrustedRedirectError("expired_flow", "这次登录已过期，请回到应用重新开始")
    return flow


def _flow(document: dict[str, Any]) -> Flow:
    request = document.pop("request")
    for name in ("oauth_scopes", "prompt"):
        request[name] = frozenset(request[name])
    began = datetime.fromtimestamp(document.pop("began"), UTC)
    return Flow(request=AuthorizationRequest(**request), began=began, **document)
