"""What happens at the token endpoint? RFC 6749 sections 4.1.3 and 4.4, OpenID Connect Core 3.1.3.

Checks, then ONE write job (assertion spent, code spent, family opened, or a replay punished),
then signatures. If signing fails the code is spent and nothing has left.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from identity.provider.domain import tokens
from identity.provider.domain.client import RECORD_SCOPE, Client, GrantType
from identity.provider.domain.errors import OAuthError
from identity.provider.domain.grant import Code, Refusal, judge
from identity.provider.domain.signing import encode
from identity.provider.store import codes, refusals
from identity.provider.usecases.authenticate_client import Authenticated, authenticate_client
from identity.provider.usecases.services import ProviderServices
from kernel.ids import new_id

Granted = Code | None
"""A spent code, or None: the client's own token."""

REPLAY = {
    "code": "code_replay",
    "article": "RFC 6749 §4.1.2",
    "field": "",
    "message": "授权码被第二次使用，由它签发的令牌已全部作废",
    "cure": "请检查回调页面是否重复提交，或授权码是否泄露",
}


async def exchange(
    services: ProviderServices, form: Mapping[str, str], authorization: str
) -> dict[str, Any]:
    """Return the token response; raises OAuthError (RFC 6749 section 5.2)."""
    who = await authenticate_client(services, form, authorization)
    refused = _refused(who.client, form)
    by_code = refused is None and form["grant_type"] == GrantType.AUTHORIZATION_CODE
    result: Granted | Refusal = refused
    if by_code or who.assertion is not None:
        result = await services.runtime.database.write(_job(services, who, form, refused))
    if isinstance(result, Refusal):
        raise OAuthError(result.code, result.description)
    return await _answer(services, who.client, result)


def _refused(client: Client, form: Mapping[str, str]) -> Refusal | None:
    """Return what can be refused without looking anything up."""
    name = form.get("grant_type")
    if not name:
        return Refusal("invalid_request", "grant_type is missing")
    if name not in set(GrantType):
        return Refusal("unsupported_grant_type", "this grant is not supported")
    if name not in client.grants:
        return Refusal("unauthorized_client", "this client may not use this grant")
    if name == GrantType.AUTHORIZATION_CODE:
        return None if "code" in form else Refusal("invalid_request", "code is missing")
    if not set(form.get("scope", RECORD_SCOPE).split()) <= {RECORD_SCOPE}:
        return Refusal("invalid_scope", f"the scope of this grant is {RECORD_SCOPE}")
    return None


def _job(
    services: ProviderServices, who: Authenticated, form: Mapping[str, str], refused: Refusal | None
) -> Callable[[Connection], Granted | Refusal]:
    """Return the one job of a token call. Refusals are values, so that what was spent stays so."""
    now = services.runtime.clock()

    def job(connection: Connection) -> Granted | Refusal:
        if who.assertion is not None and not codes.spend_assertion(connection, who.assertion):
            return Refusal("invalid_client", "client_assertion: jti was used before")
        if refused is not None:
            return refused
        if form["grant_type"] != GrantType.AUTHORIZATION_CODE:
            return None
        result = _redeem(connection, who.client, form, now)
        if isinstance(result, Refusal) and result.replay_of:
            codes.revoke_family(connection, result.replay_of, now)
            refusals.add(
                connection, new_id("refusal", services.runtime.entropy), who.client.client_id,
                result.code, reasons=[REPLAY], at=now,
            )  # fmt: skip
        return result

    return job


def _redeem(
    connection: Connection, client: Client, form: Mapping[str, str], now: datetime
) -> Code | Refusal:
    """Spend the code and open its family, or say why not. Among many at once one succeeds."""
    code = codes.find(connection, form["code"])
    refusal = judge(code, client, form, now)
    if refusal is not None or code is None:
        return refusal or Refusal("invalid_grant", "the code is unknown")
    if not codes.spend(connection, form["code"], now):
        return Refusal("invalid_grant", "the code was used before", code.family_id)
    codes.add_family(connection, code, now)
    return code


async def _answer(services: ProviderServices, client: Client, code: Granted) -> dict[str, Any]:
    """Sign and return what was granted (RFC 6749 section 5.1, OpenID Connect Core 3.1.3.3)."""
    keys = await services.cache.keys()
    jti = encode(services.runtime.entropy(16)).decode()
    issue = tokens.Issue(services.config, services.runtime.clock(), jti)
    claims = tokens.client_token(issue, client) if code is None else tokens.pupil_token(issue, code)
    access_token = keys.signer("ES256").sign(claims, typ="at+jwt")
    answer = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": claims["exp"] - claims["iat"],
        "scope": claims["scope"],
    }
    if code is not None:
        signer = keys.signer(client.id_token_alg)
        answer["id_token"] = signer.sign(tokens.id_token(issue, code, access_token))
    return answer
