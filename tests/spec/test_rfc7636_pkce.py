"""RFC 7636: Proof Key for Code Exchange, S256 only."""

import pytest

from identity.provider.domain.client import Profile
from identity.provider.domain.pkce import is_challenge, verifies
from kernel.runtime import Runtime
from tests.identity.provider.world import VERIFIER, World, s256

# RFC 7636 appendix B
B_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
B_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def test_appendix_b_the_vector_verifies() -> None:
    assert verifies(B_VERIFIER, B_CHALLENGE)


@pytest.mark.parametrize("verifier", ["", "a" * 42, "a" * 129, "a" * 42 + "+", "é" * 50])
def test_4_1_a_malformed_verifier_never_verifies(verifier: str) -> None:
    assert not verifies(verifier, s256(verifier))


@pytest.mark.parametrize("length", [43, 128])
def test_4_1_the_shortest_and_the_longest_verifier_verify(length: int) -> None:
    assert verifies("~" * length, s256("~" * length))


@pytest.mark.parametrize("challenge", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "."])
def test_4_2_a_challenge_is_43_base64url_characters(challenge: str) -> None:
    assert not is_challenge(challenge)


def test_4_3_a_missing_challenge_is_refused(world: World) -> None:
    client, _ = world.client()
    answer = world.answer(client, code_challenge=None, code_challenge_method=None)
    assert answer["error"] == "invalid_request"


@pytest.mark.parametrize("method", [None, "plain", "s256", "S512"])
def test_4_3_any_method_but_s256_is_refused(world: World, method: str | None) -> None:
    client, _ = world.client()
    assert world.answer(client, code_challenge_method=method)["error"] == "invalid_request"


def test_4_4_1_a_method_without_a_challenge_is_refused_for_every_profile(world: World) -> None:
    client, _ = world.client(
        profile=Profile.OIDC_BASIC, profile_reason="旧系统无法升级到新的库版本"
    )
    assert world.answer(client, code_challenge=None)["error"] == "invalid_request"


def test_4_6_the_right_verifier_is_accepted(world: World) -> None:
    client, secret = world.client()
    assert "id_token" in world.tokens(client, secret)


def test_4_6_a_wrong_verifier_is_refused_and_the_code_stays_good(world: World) -> None:
    client, secret = world.client()
    code = world.code(client)
    wrong = world.exchange(client, secret, code, code_verifier="b" * 43)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    assert world.exchange(client, secret, code).status_code == 200


def test_a_client_with_profile_oidc_basic_may_omit_pkce(world: World) -> None:
    client, secret = world.client(
        profile=Profile.OIDC_BASIC, profile_reason="旧系统无法升级到新的库版本"
    )
    code = world.code(client, code_challenge=None, code_challenge_method=None)
    assert world.exchange(client, secret, code, code_verifier=None).status_code == 200


def test_a_client_with_profile_oidc_basic_that_sends_a_challenge_is_held_to_it(
    world: World,
) -> None:
    client, secret = world.client(
        profile=Profile.OIDC_BASIC, profile_reason="旧系统无法升级到新的库版本"
    )
    code = world.code(client)
    assert world.exchange(client, secret, code, code_verifier=None).status_code == 400
    assert world.exchange(client, secret, code, code_verifier=VERIFIER).status_code == 200
