"""How does a developer's app become a client? At once, for synthetic pupils or for real ones.

A production client without approvals gets only `sub`; what it may have is the door's affair.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from authlib.oauth2.rfc7591 import ClientMetadataClaims as OAuthMetadata
from authlib.oidc.registration import ClientMetadataClaims as OpenIDMetadata
from joserfc.errors import JoseError

from identity.provider.domain.basic import hash_secret
from identity.provider.domain.client import AuthMethod, Client
from identity.provider.domain.redirect import is_loopback, sector_of
from identity.provider.domain.registration import Registration, problems
from identity.provider.domain.signing import encode
from identity.provider.store import clients
from kernel.errors import InvalidError, Problem
from kernel.ids import AccountId, ClientId, RecipientId, new_id
from kernel.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Registered:
    """The new client; `secret` is shown once and never again (empty with private_key_jwt)."""

    client: Client
    secret: str


async def register_client(
    runtime: Runtime, asked: Registration, *, owner: AccountId, recipient_id: RecipientId
) -> Registered:
    """Store a new client; raises InvalidError with everything that is wrong."""
    check(asked)
    client_id = ClientId(new_id("client", runtime.entropy))
    with_secret = asked.auth_method is AuthMethod.SECRET_BASIC
    secret = new_secret(runtime) if with_secret else ""
    client = Client(
        client_id=client_id, recipient_id=recipient_id, name=asked.name.strip(),
        sandbox=asked.sandbox, redirect_uris=asked.redirect_uris, auth_method=asked.auth_method,
        secret_hash=hash_secret(secret) if with_secret else None,
        jwks=tuple(asked.jwks.get("keys", ())), id_token_alg=asked.id_token_alg,
        profile=asked.profile, profile_reason=asked.profile_reason.strip(),
        sector=_sector(asked, client_id), grants=asked.grants, owner=owner,
        created_at=runtime.clock(), active=True,
    )  # fmt: skip
    await runtime.database.write(lambda connection: clients.add(connection, client))
    return Registered(client, secret)


def check(asked: Registration) -> None:
    """Raise InvalidError with all problems; Authlib's validators have the last word."""
    found = problems(asked)
    if found:
        raise InvalidError.of(found)
    metadata = asked.metadata()
    try:
        OAuthMetadata(metadata, {}).validate()
        OpenIDMetadata(metadata, {}).validate()
    except JoseError as error:
        named = str(getattr(error, "claim", ""))
        wrong = Problem(f"登记信息不符合标准：{named}", field=named, rule="RFC 7591 §2")
        raise InvalidError.of((wrong,)) from None


def new_secret(runtime: Runtime) -> str:
    """Return a client secret: 256 random bits."""
    return encode(runtime.entropy(32)).decode()


def _sector(asked: Registration, client_id: ClientId) -> str:
    """Return the group of clients that see the same subject (OpenID Connect Core 8.1).

    A loopback host belongs to nobody, so such a client is alone, and so is one without redirects.
    """
    host = sector_of(asked.redirect_uris)
    if host is None or is_loopback(urlsplit(f"//{host}").hostname or host):
        return client_id
    return host
