"""Is an authorization request well formed? A list of small checks, one standard section each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from identity.provider.domain.client import Client, GrantType
from identity.provider.domain.errors import OAuthError, UntrustedRedirectError
from identity.provider.domain.pkce import is_challenge
from identity.provider.domain.vocabulary import Vocabulary

LONGEST_STATE = 2048
LONGEST_NONCE = 512
LONGEST_HINT = 200
LONGEST_ID_TOKEN = 2048
PROMPTS = frozenset({"none", "login", "consent", "select_account"})


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What the checks let through. `max_age` in seconds; absent texts are empty."""

    client_id: str
    redirect_uri: str
    oauth_scopes: frozenset[str]
    state: str = ""
    nonce: str = ""
    challenge: str = ""
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    login_hint: str = ""
    id_token_hint: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters as sent, the client they name, and the scopes that exist."""

    parameters: Mapping[str, str]
    client: Client
    vocabulary: Vocabulary

    def get(self, name: str) -> str:
        """Return a parameter, or an empty text."""
        return self.parameters.get(name, "")


def trusted(client: Client | None, parameters: Mapping[str, str]) -> tuple[Client, str]:
    """Return the client and the redirect URI to which answers, errors too, may be sent.

    Raises UntrustedRedirectError: RFC 6749 section 3.1.2.4 and RFC 9700 section 4.1.3 (exact
    string comparison with the registered ones; OpenID Connect Core 3.1.2.1 makes it required).
    """
    if client is None or not client.active:
        raise UntrustedRedirectError("unknown_client", "没有找到这个应用，或它已停用")
    if "redirect_uri" not in parameters:
        raise UntrustedRedirectError("missing_redirect_uri", "请求中缺少回调地址，或回调地址重复")
    if parameters["redirect_uri"] not in client.redirect_uris:
        raise UntrustedRedirectError("unregistered_redirect_uri", "回调地址与登记的不一致")
    return client, parameters["redirect_uri"]


def request_object(asked: Asked) -> None:
    """OpenID Connect Core 3.1.2.6: what is not supported is refused by name, never ignored."""
    for name in ("request", "request_uri", "registration"):
        if asked.get(name):
            raise OAuthError(f"{name}_not_supported", f"the parameter {name} is not supported")


def response_type(asked: Asked) -> None:
    """RFC 6749 section 3.1.1; RFC 9700 section 2.1.2: only the code flow."""
    if not asked.get("response_type"):
        raise OAuthError("invalid_request", "response_type is missing")
    if asked.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type must be code")


def response_mode(asked: Asked) -> None:
    """OAuth 2.0 Multiple Response Types 2.1: the answer goes into the query."""
    if asked.get("response_mode") not in {"", "query"}:
        raise OAuthError("invalid_request", "response_mode must be query")


def client_grant(asked: Asked) -> None:
    """RFC 6749 section 4.1.2.1: the client must be registered for this grant."""
    if GrantType.AUTHORIZATION_CODE not in asked.client.grants:
        raise OAuthError("unauthorized_client", "this client may not use the code flow")


def oauth_scope(asked: Asked) -> None:
    """OpenID Connect Core 3.1.2.1: `openid` is required. Education scopes are a closed list."""
    scopes = frozenset(asked.get("scope").split())
    if "openid" not in scopes:
        raise OAuthError("invalid_scope", "scope must contain openid")
    if asked.vocabulary.unknown(scopes):
        raise OAuthError("invalid_scope", "scope names an edu claim that does not exist")


def pkce(asked: Asked) -> None:
    """RFC 7636 sections 4.3 and 4.4.1; RFC 9700 section 2.1.1: S256, or nothing where allowed."""
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    if not challenge:
        if method:
            raise OAuthError("invalid_request", "code_challenge is missing")
        if asked.client.needs_pkce:
            raise OAuthError("invalid_request", "code_challenge required (PKCE, S256)")
        return
    if method != "S256":
        raise OAuthError("invalid_request", "code_challenge_method must be S256")
    if not is_challenge(challenge):
        raise OAuthError("invalid_request", "code_challenge must be 43 base64url characters")


def prompt(asked: Asked) -> None:
    """OpenID Connect Core 3.1.2.1: `none` stands alone."""
    prompts = frozenset(asked.get("prompt").split())
    if not prompts <= PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise OAuthError("invalid_request", "prompt is not a valid combination")


def max_age(asked: Asked) -> None:
    """OpenID Connect Core 3.1.2.1: seconds, not negative."""
    text = asked.get("max_age")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 9):  # noqa: PLR2004  32 bit
        raise OAuthError("invalid_request", "max_age must be a number of seconds")


def lengths(asked: Asked) -> None:
    """RFC 6749 section 10.14: sizes are bounded before anything is stored or reflected."""
    for name, longest in (
        ("state", LONGEST_STATE), ("nonce", LONGEST_NONCE), ("login_hint", LONGEST_HINT),
        ("id_token_hint", LONGEST_ID_TOKEN),
    ):  # fmt: skip
        if len(asked.get(name)) > longest:
            raise OAuthError("invalid_request", f"{name} is longer than {longest} characters")


CHECKS: tuple[Callable[[Asked], None], ...] = (
    request_object,
    response_type,
    response_mode,
    client_grant,
    oauth_scope,
    pkce,
    prompt,
    max_age,
    lengths,
)


def checked(asked: Asked) -> AuthorizationRequest:
    """Return the request after all checks; raises the first OAuthError."""
    for check in CHECKS:
        check(asked)
    return AuthorizationRequest(
        client_id=asked.client.client_id,
        redirect_uri=asked.get("redirect_uri"),
        oauth_scopes=asked.vocabulary.keep(frozenset(asked.get("scope").split())),
        state=asked.get("state"),
        nonce=asked.get("nonce"),
        challenge=asked.get("code_challenge"),
        prompt=frozenset(asked.get("prompt").split()),
        max_age=int(asked.get("max_age")) if asked.get("max_age") else None,
        login_hint=asked.get("login_hint"),
        id_token_hint=asked.get("id_token_hint"),
    )
