"""Who are the relying parties: one client is one recipient with one purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kernel.ids import AccountId, ClientId, RecipientId


class AuthMethod(StrEnum):
    """How a client proves itself at the token endpoint (OpenID Connect Core section 9)."""

    SECRET_BASIC = "client_secret_basic"  # noqa: S105  the name of a method
    PRIVATE_KEY_JWT = "private_key_jwt"


class Profile(StrEnum):
    """`default` requires PKCE; `oidc-basic` may omit it and needs a recorded reason."""

    DEFAULT = "default"
    OIDC_BASIC = "oidc-basic"


class GrantType(StrEnum):
    """The grants that exist here; refresh tokens are not issued."""

    AUTHORIZATION_CODE = "authorization_code"
    CLIENT_CREDENTIALS = "client_credentials"


RECORD_SCOPE = "registry.read"
"""The OAuth scope of the record API, for client_credentials only."""

ID_TOKEN_ALGORITHMS = ("ES256", "RS256")


@dataclass(frozen=True, slots=True)
class Client:
    """A registered relying party.

    `secret_hash` is SHA-256 of a 256-bit secret made here; `jwks` are the client's public keys,
    each with `kid` and `alg`. `sector` groups redirect hosts for pairwise subjects (OpenID
    Connect Core 8.1). A sandbox client meets synthetic pupils only.
    """

    client_id: ClientId
    recipient_id: RecipientId
    name: str
    sandbox: bool
    redirect_uris: tuple[str, ...]
    auth_method: AuthMethod
    secret_hash: bytes | None
    jwks: tuple[Mapping[str, Any], ...]
    id_token_alg: str
    profile: Profile
    profile_reason: str
    sector: str
    grants: tuple[GrantType, ...]
    owner: AccountId
    created_at: datetime
    active: bool

    @property
    def needs_pkce(self) -> bool:
        """Tell whether an authorization request without a challenge is refused."""
        return self.profile is Profile.DEFAULT
