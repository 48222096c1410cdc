"""The whole way: request, code, tokens, claims."""

import jwt
import pytest

from kernel.runtime import Runtime
from tests.identity.provider.world import ISSUER, World


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def test_a_pupil_signs_in_and_the_app_gets_exactly_what_it_asked(world: World) -> None:
    client, secret = world.client()
    world.sign_in()
    answer = world.answer(client, scope="openid edu.name")
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("st", ISSUER)
    tokens = world.exchange(client, secret, answer["code"]).json()
    claims = world.userinfo(tokens["access_token"]).json()
    subject = jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"]
    assert claims == {"sub": subject, "edu_name": "李*"}
