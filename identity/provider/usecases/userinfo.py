"""Which claims does this access token open now? OpenID Connect Core 5.3.

The door decides at each call, so a revoked approval or a withdrawn consent counts at once.
"""

from identity.provider.domain.errors import OAuthError, TokenRejectedError
from identity.provider.store import codes
from identity.provider.usecases.authorize import facts_of
from identity.provider.usecases.refuse import refuse
from identity.provider.usecases.services import ProviderServices
from kernel.errors import DeniedError, MissingError, UnavailableError
from kernel.ids import StudentId
from policies.decide import Failure


async def userinfo(services: ProviderServices, token: str) -> dict[str, str]:
    """Return `sub` and what the door releases; only `sub` while the log cannot be written.

    Raises TokenRejectedError, or OAuthError `insufficient_scope` (RFC 6750 section 3.1).
    """
    config = services.config
    facts = await services.cache.access_token(token, issuer=config.issuer, audience=config.userinfo)
    if "openid" not in facts.oauth_scopes:
        raise OAuthError("insufficient_scope", "the token has no scope openid")
    client = await services.cache.client(facts.client_id)
    rows = await services.runtime.database.read(codes.select_family(facts.family_id))
    if not rows or client is None or not client.active:
        raise TokenRejectedError("the token was revoked")
    asked = services.vocabulary.asked(facts.oauth_scopes)
    student_id = StudentId(rows[0].student_id)
    try:
        claims = await services.door.release(facts_of(client), student_id, asked)
    except UnavailableError:
        claims = {}
    except MissingError:
        raise TokenRejectedError("the pupil is not here any more") from None
    except DeniedError as denied:
        failures = [
            Failure(code="denied", article=p.rule, message=p.message, cure=p.remedy, field=p.field)
            for p in denied.problems
        ]
        refusal = await refuse(services, client, failures)
        raise OAuthError("insufficient_scope", refusal.description, uri=refusal.uri) from None
    return {**claims, "sub": facts.subject}
