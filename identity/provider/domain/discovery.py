"""What does the provider say about itself? OpenID Connect Discovery 1.0 §3 and RFC 8414 §2.

Only what is true: a member that is absent is not supported.
"""

from typing import Any

from identity.provider.domain.assertion import ALGORITHMS as ASSERTION_ALGORITHMS
from identity.provider.domain.authorization import PROMPTS
from identity.provider.domain.client import ID_TOKEN_ALGORITHMS, RECORD_SCOPE, AuthMethod, GrantType
from identity.provider.domain.config import ACR_PASSWORD, ProviderConfig
from identity.provider.domain.vocabulary import Vocabulary

PROTOCOL_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "at_hash")


def document(config: ProviderConfig, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the metadata; the same document serves both well-known addresses."""
    return {
        "issuer": config.issuer,
        "authorization_endpoint": f"{config.issuer}/authorize",
        "token_endpoint": f"{config.issuer}/token",
        "userinfo_endpoint": config.userinfo,
        "jwks_uri": f"{config.issuer}/jwks.json",
        "scopes_supported": [*vocabulary.oauth_scopes, RECORD_SCOPE],
        "claims_supported": [*PROTOCOL_CLAIMS, *vocabulary.claims],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [grant.value for grant in GrantType],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(ID_TOKEN_ALGORITHMS),
        "token_endpoint_auth_methods_supported": [method.value for method in AuthMethod],
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": sorted(PROMPTS),
        "acr_values_supported": [ACR_PASSWORD],
        "ui_locales_supported": ["zh-CN"],
        "display_values_supported": ["page"],
    }
