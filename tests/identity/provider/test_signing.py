"""What the fast path signs is what two libraries verify."""

import jwt
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk
from joserfc import jwt as jose

from identity.provider.domain.errors import TokenRejectedError
from identity.provider.domain.jose import header_of, verified_claims
from identity.provider.domain.keys import ALGORITHMS, NewKey, import_public
from identity.provider.domain.signing import TokenSigner
from tests.identity.provider.world import ready_keys

JSON = st.dictionaries(
    st.text(max_size=8), st.text(max_size=20) | st.integers(-(2**31), 2**31) | st.booleans()
)


def key_for(algorithm: str) -> NewKey:
    return next(key for key, _ in ready_keys() if key.algorithm == algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(claims=JSON)
@settings(max_examples=25, deadline=None)
def test_any_claims_verify_in_joserfc_and_in_pyjwt(
    algorithm: str, claims: dict[str, object]
) -> None:
    found = key_for(algorithm)
    plain = {f"x{name}": value for name, value in claims.items()}
    token = TokenSigner(found.kid, found.algorithm, found.private_der).sign(plain)
    public = import_public(found.public_jwk)
    assert jose.decode(token, public, algorithms=[found.algorithm]).claims == plain
    own = jwt.PyJWK(dict(found.public_jwk))
    assert jwt.decode(token, own, algorithms=[found.algorithm]) == plain
    assert verified_claims(token, public, found.algorithm) == plain


def test_an_es256_signature_always_has_64_bytes() -> None:
    key = key_for("ES256")
    signer = TokenSigner(key.kid, "ES256", key.private_der)
    lengths = {len(signer.sign({"n": n}).split(".")[2]) for n in range(600)}
    assert lengths == {86}


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="another kind"):
        TokenSigner("kid", "RS256", key_for("ES256").private_der)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_no_text_makes_the_header_reader_fail_in_another_way(text: str) -> None:
    for token in (text, f"{text}.{text}.{text}"):
        try:
            assert isinstance(header_of(token), dict)
        except TokenRejectedError as error:
            assert error.reason.isascii()  # noqa: PT017  either answer is right


def test_a_key_is_named_by_its_thumbprint_and_publishes_no_private_half() -> None:
    for key, _ in ready_keys():
        kind = jwk.ECKey if key.algorithm == "ES256" else jwk.RSAKey
        assert kind.import_key(dict(key.public_jwk)).thumbprint() == key.kid
        assert "d" not in orjson.loads(orjson.dumps(dict(key.public_jwk)))
