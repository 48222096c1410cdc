"""RFC 9700 section 4.1: nothing but the registered redirect URI, letter by letter."""

from urllib.parse import urlencode

import pytest

from identity.provider.domain.redirect import redirect_uri_problem
from kernel.runtime import Runtime
from tests.identity.provider.world import CALLBACK, World

REGISTERED = "https://app.example.com/cb"

VARIANTS = [
    # path
    "/cb/", "/cb/.", "/cb/..", "/cb/../cb", "/cb/../evil", "/cb%2f..", "/cb%2F%2e%2e", "/cb;x",
    "/cb?", "/cb?x=1", "/cb#", "/cb#x", "/CB", "/c", "/cbx", "/cb%20", "/cb ", "/cb%00", "/cb\x00",
    "/cb\t", "/cb\n", "/cb\r\nX-Evil: 1", "//cb", "/./cb", "/%63b", "/cb\\", "", "/", "/cb//evil",
    "/cb,https://evil.example", "/cb https://evil.example", "/cb&redirect=evil", "/*", "/cb*",
]  # fmt: skip
ORIGINS = [
    "http://app.example.com/cb", "HTTPS://app.example.com/cb", "https://APP.example.com/cb",
    "https://app.example.com:443/cb", "https://app.example.com:8443/cb",
    "https://app.example.com./cb", "https://app.example.com.evil.example/cb",
    "https://evil.example/app.example.com/cb", "https://evil.app.example.com/cb",
    "https://app.example.com@evil.example/cb", "https://evil@app.example.com/cb",
    "https://app-example.com/cb", "https://appXexample.com/cb", "https://app.examplexcom/cb",
    "https://app.example.com\\@evil.example/cb", "https://app.example.com%2eevil.example/cb",
    "https://xn--pp-mia.example.com/cb", "https://аpp.example.com/cb", "//app.example.com/cb",
    "///app.example.com/cb", "\\\\app.example.com/cb", "app.example.com/cb", "/cb",
    "javascript:alert(1)//https://app.example.com/cb", "data:text/html,x", "file:///etc/passwd",
    "vbscript:x", "about:blank", "urn:ietf:wg:oauth:2.0:oob", "com.example.app:/cb",
    "http://localhost/cb", "http://127.0.0.1/cb", "http://[::1]/cb", "https://2130706433/cb",
    " https://app.example.com/cb", "https:app.example.com/cb", "https:/app.example.com/cb",
    "https://app.example.com/cb" + "x" * 60000,
]  # fmt: skip


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def test_there_are_at_least_sixty_variants() -> None:
    assert REGISTERED == CALLBACK
    assert len({*VARIANTS, *ORIGINS}) >= 60


def test_no_variant_of_the_redirect_uri_is_followed(world: World) -> None:
    client, _ = world.client()
    for uri in [*(REGISTERED.removesuffix("/cb") + path for path in VARIANTS), *ORIGINS]:
        for path in ("/authorize", "/authorize?"):
            sent = world.parameters(client, redirect_uri=uri)
            response = (
                world.post(path, data=sent)
                if path == "/authorize"
                else world.get(path + urlencode(sent))
            )
            assert response.status_code == 400, uri
            assert "location" not in response.headers, uri


def test_errors_are_not_sent_to_a_variant_either(world: World) -> None:
    client, _ = world.client()
    for uri in ORIGINS[:10]:
        response = world.authorize(client, redirect_uri=uri, scope="x", response_type="token")
        assert (response.status_code, "location" in response.headers) == (400, False)


def test_the_redirect_uri_of_another_client_is_not_accepted(world: World) -> None:
    world.client(redirect_uris=("https://other.example/cb",))
    client, _ = world.client()
    assert world.authorize(client, redirect_uri="https://other.example/cb").status_code == 400


def test_the_code_is_exchanged_for_the_same_redirect_uri_only(world: World) -> None:
    both = (REGISTERED, "https://app.example.com/other")
    client, secret = world.client(redirect_uris=both)
    code = world.code(client)
    for uri in (both[1], None, REGISTERED + "/", "é"):
        response = world.exchange(client, secret, code, redirect_uri=uri)
        assert response.json()["error"] == "invalid_grant"
    assert world.exchange(client, secret, code).status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example.com/cb", "javascript:alert(1)", "data:text/html,x", "vbscript:x",
        "file:///x", "https://*.example.com/cb", "https://app.example.com/*",
        "https://app.example.com/cb#x", "https://app.example.com/cb#", "https://u@a.example/cb",
        "https://a.example/../cb", "https://a.example/%2e%2E/cb", "https://a.example./cb",
        "https:///cb", "https://", "", "app.example.com/cb", "//app.example.com/cb",
        "http://localhost.evil.example/cb", "http://127.0.0.1.evil.example/cb",
        "https://a.example/cb\n", "https://a.example/c b", "https://a.example\\@evil.example/cb",
        "https://аpp.example.com/cb", "https://a.example:x/cb", "https://a.example:99999/cb",
        "https://[::1/cb", "com.example.app:/cb", "https://a.example/" + "x" * 500,
        "https://a.example/cb\x00", "https://a.example/cb;form-action *", "https://a.example;x/cb",
        "https://a.example,b.example/cb", "https://a.example'x/cb",
    ],
)  # fmt: skip
def test_such_a_redirect_uri_cannot_be_registered(uri: str) -> None:
    assert redirect_uri_problem(uri) is not None


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example.com/cb", "https://app.example.com:8443/a/b?c=d",
        "http://127.0.0.1:8001/cb", "http://localhost:8001/cb", "http://[::1]:8001/cb",
        "https://app.example.com", "https://xn--fiqs8s.example/cb",
    ],
)  # fmt: skip
def test_such_a_redirect_uri_can_be_registered(uri: str) -> None:
    assert redirect_uri_problem(uri) is None
