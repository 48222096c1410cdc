"""What happens at the authorization endpoint? OpenID Connect Core 3.1.2.

Client and redirect URI first; until they are known good nothing is sent anywhere. After that
every error goes back to the client, with `state` and `iss` (RFC 9207).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from identity.provider.domain import parameters
from identity.provider.domain.authorization import (
    Asked,
    AuthorizationRequest,
    checked,
    trusted,
)
from identity.provider.domain.client import Client
from identity.provider.domain.errors import OAuthError, TokenRejectedError
from identity.provider.domain.interaction import SignedIn, must_sign_in
from identity.provider.domain.jose import header_of, text_of, verified_claims
from identity.provider.domain.redirect import origin, with_answer
from identity.provider.store import codes
from identity.provider.usecases.flow import Flow, seal, seal_for_url, unseal
from identity.provider.usecases.issue_code import issue_code
from identity.provider.usecases.refuse import refuse
from identity.provider.usecases.services import ProviderServices
from kernel.errors import DeniedError, MissingError
from kernel.principal import Principal, Role
from sharing.door.domain.release import Offer
from sharing.requests.domain.client import ClientFacts


@dataclass(frozen=True, slots=True)
class SendBack:
    """The browser goes back to the client with this answer in the URL."""

    url: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """The pupil signs in first and comes back with the sealed flow."""

    flow: str
    login_hint: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The pupil is told or asked; the form carries the sealed flow back.

    `origin` is where the answer will lead: the only foreign place that page's form may reach.
    """

    flow: str
    offer: Offer
    client: Client
    origin: str


Outcome = SendBack | SignIn | Ask


def facts_of(client: Client) -> ClientFacts:
    """Return what the door must know of a client."""
    return ClientFacts(client.client_id, client.recipient_id, client.name, client.sandbox)


def send_back(
    services: ProviderServices, redirect_uri: str, state: str, answer: Mapping[str, str]
) -> SendBack:
    """Return the answer with `state` (RFC 6749 4.1.2) and `iss` (RFC 9207 section 2)."""
    full = dict(answer) | ({"state": state} if state else {}) | {"iss": services.config.issuer}
    return SendBack(with_answer(redirect_uri, full))


def send_error(
    services: ProviderServices, redirect_uri: str, state: str, error: OAuthError
) -> SendBack:
    """Return an error for the client (RFC 6749 section 4.1.2.1)."""
    answer = {"error": error.code, "error_description": error.description}
    if error.uri:
        answer["error_uri"] = error.uri
    return send_back(services, redirect_uri, state, answer)


async def read_request(
    services: ProviderServices, encoded: bytes
) -> tuple[AuthorizationRequest, Client] | SendBack:
    """Return the checked request and its client, or the error that goes back to the client.

    Raises UntrustedRedirectError if client or redirect URI are not known good, and OAuthError if
    the parameters cannot even be read.
    """
    sent = parameters.first_values(encoded)
    client, redirect_uri = trusted(await services.cache.client(sent.get("client_id", "")), sent)
    try:
        asked = Asked(parameters.parse(encoded), client, services.vocabulary)
        return checked(asked), client
    except OAuthError as error:
        return send_error(services, redirect_uri, sent.get("state", ""), error)


async def arrive(
    services: ProviderServices, encoded: bytes, principal: Principal | None
) -> Outcome:
    """Answer a fresh authorization request; raises as `read_request` does."""
    read = await read_request(services, encoded)
    if isinstance(read, SendBack):
        return read
    return await proceed(services, *read, principal, began=None)


async def set_aside(services: ProviderServices, encoded: bytes) -> str | SendBack:
    """Seal a request that was posted from another site, to be taken up by a GET of our own.

    The cookie of the session does not come with a cross-site POST. Raises as `read_request` does.
    """
    read = await read_request(services, encoded)
    if isinstance(read, SendBack):
        return read
    request = read[0]
    try:
        return seal_for_url(services.runtime.keyring, Flow(request, services.runtime.clock()))
    except OAuthError as error:
        return send_error(services, request.redirect_uri, request.state, error)


async def take_up(
    services: ProviderServices, sealed: str, principal: Principal | None
) -> tuple[Outcome, Flow]:
    """Go on with a sealed flow; raises UntrustedRedirectError if it is not ours or too old."""
    flow = unseal(services.runtime, services.config, sealed)
    client = await still_trusted(services, flow)
    return await proceed(services, flow.request, client, principal, began=flow.began), flow


async def still_trusted(services: ProviderServices, flow: Flow) -> Client:
    """Return the flow's client; raises UntrustedRedirectError if it changed in the meantime."""
    client = await services.cache.client(flow.request.client_id)
    return trusted(client, {"redirect_uri": flow.request.redirect_uri})[0]


async def proceed(
    services: ProviderServices, request: AuthorizationRequest, client: Client,
    principal: Principal | None, *, began: datetime | None,
) -> Outcome:  # fmt: skip
    """Go on with a checked request as far as the pupil's session and answers allow."""
    try:
        pupil = await pupil_of(services, principal)
        now = services.runtime.clock()
        if must_sign_in(request, pupil, began=began, now=now) or pupil is None:
            return _sign_in(services, request)
        if not await _hint_fits(services, request, client, pupil):
            return _sign_in(services, request, again=began is not None and pupil.auth_time >= began)
        return await _offer(services, request, client, pupil)
    except OAuthError as error:
        return send_error(services, request.redirect_uri, request.state, error)


async def pupil_of(services: ProviderServices, principal: Principal | None) -> SignedIn | None:
    """Return the pupil's session; staff may not sign in to apps."""
    if principal is None or principal.session_id is None:
        return None
    if Role.PUPIL not in principal.roles or principal.student_id is None:
        raise OAuthError("access_denied", "only pupils sign in to applications")
    auth_time = await services.sessions.authenticated_at(principal.session_id)
    if auth_time is None:
        return None
    return SignedIn(principal.account_id, principal.session_id, principal.student_id, auth_time)


def _sign_in(
    services: ProviderServices, request: AuthorizationRequest, *, again: bool = False
) -> SignIn:
    """Send the pupil to the sign-in page; raises OAuthError if that is excluded or was no use."""
    if "none" in request.prompt or again:
        raise OAuthError("login_required", "the right pupil has to sign in")
    flow = Flow(request, services.runtime.clock(), through_sign_in=True)
    return SignIn(seal_for_url(services.runtime.keyring, flow), request.login_hint)


async def _hint_fits(
    services: ProviderServices, request: AuthorizationRequest, client: Client, pupil: SignedIn
) -> bool:
    """OpenID Connect Core 3.1.2.1, id_token_hint: one of our ID tokens, for this pupil.

    An expired one is good enough: it is a hint, not a proof.
    """
    if not request.id_token_hint:
        return True
    try:
        keys = await services.cache.keys()
        header = header_of(request.id_token_hint)
        key, algorithm = keys.public(header.get("kid"))
        claims = verified_claims(request.id_token_hint, key, algorithm)
        hinted = text_of(claims, "sub")
    except TokenRejectedError as error:
        raise OAuthError("invalid_request", f"id_token_hint: {error.reason}") from None
    ours = header.get("typ") == "JWT" and claims.get("iss") == services.config.issuer
    if not ours or claims.get("aud") != client.client_id:
        raise OAuthError("invalid_request", "id_token_hint was not issued to this client")
    rows = await services.runtime.database.read(
        codes.select_subject(client.sector, pupil.student_id)
    )
    return bool(rows) and rows[0].subject == hinted


async def _offer(
    services: ProviderServices, request: AuthorizationRequest, client: Client, pupil: SignedIn
) -> Outcome:
    """Ask the door; then tell or ask the pupil, or issue the code at once."""
    offer = await offered(services, request, client, pupil)
    if offer.needs == "nothing" and "consent" not in request.prompt:
        return await send_code(services, request, client, pupil)
    if "none" in request.prompt:
        raise OAuthError("consent_required", "the pupil has to be told or asked")
    return ask(services, request, client, pupil, offer)


def ask(
    services: ProviderServices, request: AuthorizationRequest, client: Client, pupil: SignedIn,
    offer: Offer,
) -> Ask:  # fmt: skip
    """Return the question, sealed into this session together with what is shown."""
    flow = Flow(
        request, services.runtime.clock(),
        student_id=pupil.student_id, notice_digest=offer.notice_digest,
    )  # fmt: skip
    sealed = seal(services.runtime.keyring, flow, session_id=pupil.session_id)
    return Ask(sealed, offer, client, origin(request.redirect_uri))


async def offered(
    services: ProviderServices, request: AuthorizationRequest, client: Client, pupil: SignedIn
) -> Offer:
    """Return the door's offer; raises OAuthError, with the reasons recorded, if it stays shut."""
    asked = services.vocabulary.asked(request.oauth_scopes)
    try:
        offer = await services.door.offer(facts_of(client), pupil.student_id, asked)
    except (DeniedError, MissingError):
        raise OAuthError("access_denied", "the door refused this pupil or client") from None
    if not offer.allowed:
        raise await refuse(services, client, offer.failures)
    return offer


async def send_code(
    services: ProviderServices, request: AuthorizationRequest, client: Client, pupil: SignedIn
) -> SendBack:
    """Return the browser with a fresh code (RFC 6749 section 4.1.2)."""
    code = await issue_code(services, request, client, pupil)
    return send_back(services, request.redirect_uri, request.state, {"code": code})
