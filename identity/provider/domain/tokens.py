"""What stands in the tokens that are issued? RFC 9068 and OpenID Connect Core section 2."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from identity.provider.domain.client import RECORD_SCOPE, Client
from identity.provider.domain.config import ACR_PASSWORD, ProviderConfig
from identity.provider.domain.grant import Code
from identity.provider.domain.signing import encode


@dataclass(frozen=True, slots=True)
class Issue:
    """One act of issuing: by whom, when, and the token's random id."""

    config: ProviderConfig
    now: datetime
    jti: str


def pupil_token(issue: Issue, code: Code) -> dict[str, Any]:
    """Return the claims of the access token that opens userinfo (RFC 9068 section 2.2).

    `family` names the grant, so that a replay of its code kills the token at once.
    """
    return {
        **_common(issue),
        "aud": issue.config.userinfo,
        "sub": code.subject,
        "client_id": code.client_id,
        "scope": code.oauth_scope,
        "auth_time": int(code.auth_time.timestamp()),
        "family": code.family_id,
    }


def client_token(issue: Issue, client: Client) -> dict[str, Any]:
    """Return the claims of the access token that opens the record API; `sub` is the client."""
    return {
        **_common(issue),
        "aud": issue.config.record_api,
        "sub": client.client_id,
        "client_id": client.client_id,
        "scope": RECORD_SCOPE,
    }


def id_token(issue: Issue, code: Code, access_token: str) -> dict[str, Any]:
    """Return the ID token: who signed in, when and how. No fact about the pupil (Core 5.4)."""
    now = int(issue.now.timestamp())
    half = hashlib.sha256(access_token.encode("ascii")).digest()[:16]
    claims = {
        "iss": issue.config.issuer,
        "sub": code.subject,
        "aud": code.client_id,
        "iat": now,
        "exp": now + int(issue.config.lifetimes.id_token.total_seconds()),
        "auth_time": int(code.auth_time.timestamp()),
        "acr": ACR_PASSWORD,
        "at_hash": encode(half).decode(),
    }
    return claims | ({"nonce": code.nonce} if code.nonce else {})


def _common(issue: Issue) -> dict[str, Any]:
    now = int(issue.now.timestamp())
    lifetime = int(issue.config.lifetimes.access_token.total_seconds())
    return {"iss": issue.config.issuer, "iat": now, "exp": now + lifetime, "jti": issue.jti}
