"""What happens when the pupil answers the notice or consent page?

The form carries back the sealed flow: this session, this pupil, exactly these facts. If anything
of it has changed meanwhile the pupil is asked again; nothing in the form can widen it.
"""

from identity.provider.domain.client import Client
from identity.provider.domain.errors import OAuthError, UntrustedRedirectError
from identity.provider.domain.interaction import SignedIn
from identity.provider.usecases.authorize import (
    Outcome,
    ask,
    facts_of,
    offered,
    pupil_of,
    send_code,
    send_error,
    still_trusted,
)
from identity.provider.usecases.flow import Flow, unseal
from identity.provider.usecases.services import ProviderServices
from kernel.errors import SignInRequiredError
from kernel.principal import Principal

RECORDED = frozenset({"notice", "consent"})
"""What the pupil's own answer settles; a guardian's consent is recorded by a registrar."""


async def answer_notice(
    services: ProviderServices, sealed: str, *, accepted: bool, principal: Principal
) -> Outcome:
    """Record the answer and return to the client with a code, or with `access_denied`.

    Raises UntrustedRedirectError if the flow was not made for this session and pupil.
    """
    session_id = principal.session_id or ""
    flow = unseal(services.runtime, services.config, sealed, session_id=session_id)
    client = await still_trusted(services, flow)
    request = flow.request
    try:
        pupil = await _same_pupil(services, flow, principal)
        if accepted:
            return await _accept(services, flow, client, pupil, principal)
        error = OAuthError("access_denied", "the pupil declined")
    except OAuthError as refused:
        error = refused
    return send_error(services, request.redirect_uri, request.state, error)


async def _same_pupil(services: ProviderServices, flow: Flow, principal: Principal) -> SignedIn:
    pupil = await pupil_of(services, principal)
    if pupil is None:
        raise SignInRequiredError("登录已过期", remedy="请重新登录")
    if pupil.student_id != flow.student_id:
        raise UntrustedRedirectError("foreign_flow", "这次登录属于另一位学生")
    return pupil


async def _accept(
    services: ProviderServices, flow: Flow, client: Client, pupil: SignedIn, principal: Principal
) -> Outcome:
    offer = await offered(services, flow.request, client, pupil)
    if offer.notice_digest != flow.notice_digest:
        return ask(services, flow.request, client, pupil, offer)
    if offer.needs in RECORDED:
        await services.door.acknowledge(facts_of(client), pupil.student_id, offer, principal)
    return await send_code(services, flow.request, client, pupil)
