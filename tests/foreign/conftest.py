"""One world for all foreign programs: seeded once, served by the real command."""

from collections.abc import Iterator

import pytest

from tests.foreign.keys import public_jwks
from tests.foreign.served import Wish, World, served

WISHES = {
    "apache": Wish("/oidc/callback"),
    "apache-key": Wish("/oidc/callback", jwks=public_jwks("RS256")),
    "node": Wish(),
    "node-none": Wish(),
    "node-key": Wish(jwks=public_jwks("ES256")),
    "node-rs256": Wish(id_token_alg="RS256"),
    "authlib": Wish(),
    "sandbox": Wish(sandbox=True, approved=False),
    "bare": Wish(approved=False),
    "kit": Wish(),
    "records": Wish(jwks=public_jwks("ES256")),
}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with served(tmp_path_factory.mktemp("served"), WISHES) as world:
        yield world
