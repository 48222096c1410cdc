"""RFC 6749 section 3.1 and RFC 9700: repeated, oversized and hostile parameters."""

import time
from urllib.parse import urlencode

import pytest

from kernel.runtime import Runtime
from tests.identity.provider.world import CALLBACK, World, answer_of

EVIL = "https://evil.example/cb"


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("response_type", "code"), ("response_type", "token"), ("scope", "openid"),
        ("scope", "openid edu"), ("nonce", "no"), ("code_challenge", "x"), ("prompt", "none"),
        ("code_challenge_method", "plain"), ("foo", "bar"), ("max_age", "1"),
    ],
)  # fmt: skip
def test_a_repeated_parameter_is_invalid_request(world: World, name: str, value: str) -> None:
    client, _ = world.client()
    pairs = [*world.parameters(client).items(), ("foo", "1"), ("prompt", "login"), ("max_age", "2")]
    query = urlencode([*pairs, (name, value)])
    assert answer_of(world.get("/authorize?" + query))["error"] == "invalid_request"
    assert answer_of(world.post("/authorize", **data_of(query)))["error"] == "invalid_request"


def data_of(query: str) -> dict[str, object]:
    return {"content": query, "headers": {"content-type": "application/x-www-form-urlencoded"}}


def test_a_repeated_client_or_redirect_uri_leads_nowhere(world: World) -> None:
    client, _ = world.client()
    sent = urlencode(world.parameters(client))
    for extra in (
        f"client_id={client.client_id}", "client_id=x", urlencode({"redirect_uri": CALLBACK}),
        urlencode({"redirect_uri": EVIL}),
    ):  # fmt: skip
        for query in (f"{sent}&{extra}", f"{extra}&{sent}"):
            response = world.get("/authorize?" + query)
            assert (response.status_code, "location" in response.headers) == (400, False)


def test_a_repeated_state_is_not_reflected(world: World) -> None:
    client, _ = world.client()
    query = urlencode([*world.parameters(client).items(), ("state", "evil")])
    answer = answer_of(world.get("/authorize?" + query))
    assert answer["error"] == "invalid_request"
    assert "state" not in answer


def test_parameters_of_query_and_body_do_not_mix(world: World) -> None:
    client, _ = world.client()
    sent = world.parameters(client)
    response = world.post(f"/authorize?{urlencode({'redirect_uri': EVIL})}", data=sent)
    assert response.headers["location"].startswith("/authorize/resume?")


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "x"])
def test_a_repeated_parameter_at_the_token_endpoint_is_invalid_request(
    world: World, name: str
) -> None:
    client, secret = world.client()
    form = {**world.code_form(world.code(client)), "x": "1"}
    body = urlencode([*form.items(), (name, form[name])])
    response = world.post("/token", auth=(client.client_id, secret), **data_of(body))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_a_repeated_authorization_header_is_invalid_request(world: World) -> None:
    client, secret = world.client()
    token = world.tokens(client, secret)["access_token"]
    headers = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")]
    assert world.get("/userinfo", headers=headers).status_code == 400
    response = world.post(
        "/token", data={"grant_type": "x"}, headers=[("Authorization", "Basic eA")] * 2
    )
    assert response.json()["error"] == "invalid_request"


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onclick='x",
    "{{7*191919}}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_is_reflected_as_markup(world: World, text: str) -> None:
    client, _ = world.client(name="应用" + text)
    world.door.needs = "consent"
    pages = [
        world.authorize(client, scope="openid edu", state=text, login_hint=text).text,
        world.authorize(client, redirect_uri=text).text,
        world.get("/authorize/resume", params={"flow": text}).text,
        world.get("/authorize", params={"client_id": text, "error": text}).text,
    ]
    for html in pages:
        assert text not in html or text.startswith("{{")
        assert "1343433" not in html


@pytest.mark.parametrize("name", ["scope", "state", "prompt", "login_hint", "id_token_hint", "x"])
def test_fifty_thousand_characters_are_answered_quickly(world: World, name: str) -> None:
    client, _ = world.client()
    begun = time.perf_counter()
    for text in ("a" * 50_000, "a " * 25_000, "%" * 50_000):
        sent = world.parameters(client, **{name: text})
        assert world.post("/authorize", data=sent).status_code in {303, 400}
    assert time.perf_counter() - begun < 3


def test_bodies_beyond_the_limit_and_too_many_parameters_are_refused(world: World) -> None:
    client, secret = world.client()
    auth = (client.client_id, secret)
    for form in ({"grant_type": "x" * 70_000}, {f"p{n}": "1" for n in range(100)}):
        response = world.post("/token", data=form, auth=auth)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "body", ["grant_type=%ff", "grant_type=%c3%28", "grant_type=é", "&&&=", "%"]
)
def test_broken_encoding_is_invalid_request(world: World, body: str) -> None:
    client, secret = world.client()
    response = world.post("/token", auth=(client.client_id, secret), **data_of(body))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert world.get("/authorize?client_id=%ff").status_code == 400
    assert world.post("/authorize", **data_of(body)).status_code == 400
