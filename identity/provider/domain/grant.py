"""May this code be exchanged? What a code is bound to, and each reason to refuse it."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from identity.provider.domain.client import Client
from identity.provider.domain.pkce import verifies
from kernel.ids import ClientId, StudentId


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code as stored (the code itself only as SHA-256)."""

    family_id: str
    client_id: ClientId
    student_id: StudentId
    subject: str
    redirect_uri: str
    challenge: str
    oauth_scope: str
    nonce: str
    auth_time: datetime
    expires_at: datetime
    spent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that is a value, because what was written beside it must be kept."""

    code: str
    description: str
    replay_of: str = ""
    """The family that a replayed code belongs to; it is revoked in the same transaction."""


def judge(
    code: Code | None, client: Client, form: Mapping[str, str], now: datetime
) -> Refusal | None:
    """Return why the code may not be exchanged, or None.

    RFC 6749 sections 4.1.2 (one use, short life) and 4.1.3 (bound to the client).
    """
    if code is None or code.client_id != client.client_id:
        return Refusal("invalid_grant", "the code is unknown")
    if code.spent_at is not None:
        return Refusal("invalid_grant", "the code was used before", replay_of=code.family_id)
    if code.expires_at <= now:
        return Refusal("invalid_grant", "the code has expired")
    return redirect_binding(code, form) or pkce_binding(code, form)


def redirect_binding(code: Code, form: Mapping[str, str]) -> Refusal | None:
    """RFC 6749 section 4.1.3: the redirect URI is the one of the authorization request."""
    if hmac.compare_digest(form.get("redirect_uri", "").encode(), code.redirect_uri.encode()):
        return None
    return Refusal("invalid_grant", "redirect_uri is not the one of the request")


def pkce_binding(code: Code, form: Mapping[str, str]) -> Refusal | None:
    """RFC 7636 section 4.6. A verifier without a challenge is refused too (RFC 9700 4.8.2)."""
    verifier = form.get("code_verifier", "")
    if bool(verifier) != bool(code.challenge):
        return Refusal("invalid_grant", "code_verifier and code_challenge belong together")
    if code.challenge and not verifies(verifier, code.challenge):
        return Refusal("invalid_grant", "code_verifier does not fit the code_challenge")
    return None
