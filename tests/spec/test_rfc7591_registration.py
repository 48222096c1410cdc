"""RFC 7591 section 2 and OpenID Connect Registration 1.0: what may be registered."""

from dataclasses import replace
from typing import Any

import pytest
from authlib.oidc.registration import ClientMetadataClaims

from identity.provider.domain.client import AuthMethod, GrantType
from identity.provider.domain.registration import Registration, problems
from identity.provider.usecases.register_client import check
from kernel.errors import InvalidError
from tests.identity.provider.world import DEFAULT, client_key


def fields(asked: Registration) -> set[str]:
    return {problem.field for problem in problems(asked)}


def test_a_plain_registration_has_no_problem_and_passes_authlib() -> None:
    assert problems(DEFAULT) == ()
    check(DEFAULT)
    ClientMetadataClaims(DEFAULT.metadata(), {}).validate()


def test_a_key_pair_registration_passes_authlib() -> None:
    public = client_key().as_dict(private=False)
    check(replace(DEFAULT, auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks={"keys": [public]}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"redirect_uris": ()}, "redirect_uris"),
        ({"redirect_uris": tuple(f"https://a.example/{n}" for n in range(11))}, "redirect_uris"),
        ({"grants": ()}, "grants"),
        ({"grants": (GrantType.AUTHORIZATION_CODE,) * 2}, "grants"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"id_token_alg": "HS256"}, "id_token_alg"),
    ],
)
def test_2_each_fault_is_reported_at_its_field(changes: dict[str, Any], field: str) -> None:
    asked = replace(DEFAULT, **changes)
    assert fields(asked) == {field}
    with pytest.raises(InvalidError):
        check(asked)


def test_all_faults_are_reported_together() -> None:
    asked = replace(DEFAULT, name="", redirect_uris=("http://a.example",), id_token_alg="none")
    assert fields(asked) == {"name", "redirect_uris", "id_token_alg"}


def test_two_keys_with_one_kid_are_refused() -> None:
    public = client_key().as_dict(private=False)
    asked = replace(
        DEFAULT, auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks={"keys": [public, public]}
    )
    assert fields(asked) == {"jwks"}


def test_a_client_for_the_record_api_alone_needs_no_redirect_uri() -> None:
    check(replace(DEFAULT, grants=(GrantType.CLIENT_CREDENTIALS,), redirect_uris=()))
