"""How is an authorization code made? 256 random bits, stored as a digest, bound to everything."""

from sqlalchemy.engine import Connection

from identity.provider.domain.authorization import AuthorizationRequest
from identity.provider.domain.client import Client
from identity.provider.domain.grant import Code
from identity.provider.domain.interaction import SignedIn
from identity.provider.domain.signing import encode
from identity.provider.store import codes
from identity.provider.usecases.services import ProviderServices
from kernel.ids import new_id


async def issue_code(
    services: ProviderServices, request: AuthorizationRequest, client: Client, pupil: SignedIn
) -> str:
    """Return a code for this pupil, client, redirect URI and challenge (RFC 6749 4.1.2).

    The same job gives the pupil a subject in the client's sector if there was none: random, so
    that nothing about the pupil can be computed from it (OpenID Connect Core 8.1).
    """
    runtime = services.runtime
    now, text = runtime.clock(), encode(runtime.entropy(32)).decode()
    family_id = new_id("family", runtime.entropy)
    fresh = encode(runtime.entropy(24)).decode()

    def job(connection: Connection) -> None:
        subject = codes.subject_for(connection, client.sector, pupil.student_id, fresh, now)
        facts = Code(
            family_id=family_id, client_id=client.client_id, student_id=pupil.student_id,
            subject=subject, redirect_uri=request.redirect_uri, challenge=request.challenge,
            oauth_scope=" ".join(sorted(request.oauth_scopes)), nonce=request.nonce,
            auth_time=pupil.auth_time, expires_at=now + services.config.lifetimes.code,
            spent_at=None,
        )  # fmt: skip
        codes.add(connection, text, facts, pupil.session_id)

    await runtime.database.write(job)
    return text
