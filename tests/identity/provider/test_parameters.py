"""Parameters are read strictly, whatever is sent."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.provider.domain.basic import credentials
from identity.provider.domain.errors import OAuthError
from identity.provider.domain.parameters import RepeatedParameterError, first_values, parse

NAMES = st.text(min_size=1, max_size=10)
VALUES = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=20)


@given(st.dictionaries(NAMES, VALUES, max_size=10))
def test_what_was_encoded_is_read_back(sent: dict[str, str]) -> None:
    encodable = {k: v for k, v in sent.items() if _utf8(k) and _utf8(v)}
    assert parse(urlencode(encodable).encode()) == encodable


@given(st.dictionaries(NAMES.filter(lambda n: n.isascii()), st.just("v"), min_size=1, max_size=5))
def test_a_repeated_parameter_is_named_and_dropped_from_the_first_values(
    sent: dict[str, str],
) -> None:
    name = min(sent)
    encoded = urlencode([*sent.items(), (name, "other")]).encode()
    with pytest.raises(RepeatedParameterError) as caught:
        parse(encoded)
    assert caught.value.names == {name}
    assert first_values(encoded) == {k: v for k, v in sent.items() if k != name}


def test_a_nul_which_no_database_need_keep_is_refused() -> None:
    with pytest.raises(OAuthError) as caught:
        parse(b"nonce=a%00b")
    assert caught.value.code == "invalid_request"


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused_as_invalid_request(body: bytes) -> None:
    try:
        assert isinstance(parse(body), dict)
    except OAuthError as error:
        assert error.code == "invalid_request"  # noqa: PT017  either answer is right


@given(st.text(max_size=80))
def test_any_authorization_header_is_read_or_refused_as_invalid_client(header: str) -> None:
    for text in (header, f"Basic {header}"):
        try:
            assert all(credentials(text))
        except OAuthError as error:
            assert error.code == "invalid_client"  # noqa: PT017  either answer is right


def test_an_empty_parameter_counts_as_omitted() -> None:
    assert parse(b"a=&b=1&c") == {"b": "1"}


def _utf8(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
