"""OpenID Connect Discovery 1.0 and RFC 8414: the provider tells the truth about itself."""

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata

from kernel.runtime import Runtime
from tests.identity.provider.world import ISSUER, World

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def test_4_3_the_issuer_is_exactly_the_configured_one(world: World) -> None:
    assert world.get(OPENID).json()["issuer"] == ISSUER


def test_authlib_accepts_the_metadata_of_both_documents(world: World) -> None:
    OpenIDProviderMetadata(world.get(OPENID).json()).validate()
    AuthorizationServerMetadata(world.get(OAUTH).json()).validate()


def test_every_endpoint_is_below_the_issuer_and_answers(world: World) -> None:
    document = world.get(OPENID).json()
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert document[name].startswith(ISSUER + "/")
        assert world.get(document[name].removeprefix(ISSUER)).status_code != 404


def test_3_what_the_house_promises_is_advertised(world: World) -> None:
    document = world.get(OPENID).json()
    expected = {
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
    }
    assert {name: document[name] for name in expected} == expected
    assert "none" not in document["token_endpoint_auth_signing_alg_values_supported"]
    assert {"openid", "edu", "edu.name", "registry.read"} <= set(document["scopes_supported"])
    assert {"sub", "edu_name"} <= set(document["claims_supported"])


def test_3_what_does_not_exist_is_not_advertised(world: World) -> None:
    document = world.get(OPENID).json()
    assert not {
        "registration_endpoint", "revocation_endpoint", "introspection_endpoint",
        "end_session_endpoint", "pushed_authorization_request_endpoint",
    } & document.keys()  # fmt: skip
    assert "refresh_token" not in document["grant_types_supported"]


@pytest.mark.parametrize("path", [OPENID, OAUTH, "/jwks.json"])
def test_public_documents_may_be_cached_and_asked_again_cheaply(world: World, path: str) -> None:
    first = world.get(path)
    assert first.headers["content-type"] == "application/json"
    assert "max-age" in first.headers["cache-control"]
    again = world.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = world.run(world.request("HEAD", path))
    assert (head.status_code, head.content) == (200, b"")


def test_other_methods_are_answered_405_with_allow(world: World) -> None:
    response = world.post(OPENID)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
