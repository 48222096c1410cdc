"""FF1 is the standard's: by its samples, by another program's answers, and by its properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.fields.ff1 import FF1, shape
from kernel.errors import InvalidError
from tests.anonymize.fields.ff1_samples import FASTFPE, NIST


@pytest.mark.parametrize(("key", "tweak", "radix", "plain", "cipher"), NIST + FASTFPE)
def test_the_cipher_is_that_of_the_standard(
    key: str, tweak: str, radix: int, plain: str, cipher: str
) -> None:
    ff1 = FF1(bytes.fromhex(key), radix, bytes.fromhex(tweak))
    assert ff1.encrypt(plain) == cipher
    assert ff1.decrypt(cipher) == plain


@given(
    st.binary(min_size=16, max_size=16),
    st.binary(max_size=40),
    st.integers(2, 36).flatmap(
        lambda radix: st.tuples(
            st.just(radix),
            st.text("0123456789abcdefghijklmnopqrstuvwxyz"[:radix], min_size=20, max_size=60),
        )
    ),
)
def test_decryption_undoes_encryption_and_the_form_stays(
    key: bytes, tweak: bytes, drawn: tuple[int, str]
) -> None:
    radix, text = drawn
    ff1 = FF1(key, radix, tweak)
    secret = ff1.encrypt(text)
    assert len(secret) == len(text)
    assert ff1.decrypt(secret) == text


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 10**6 - 2000))
def test_no_two_numbers_share_a_ciphertext(key: bytes, start: int) -> None:
    ff1 = FF1(key)
    assert len({ff1.encrypt_number(number, 6) for number in range(start, start + 2000)}) == 2000


def test_another_key_or_tweak_is_another_permutation() -> None:
    ciphers = [FF1(bytes(32)), FF1(bytes(31) + b"1"), FF1(bytes(32), 10, b"tweak")]
    assert len({cipher.encrypt("13812345678") for cipher in ciphers}) == 3


@pytest.mark.parametrize(("radix", "n"), [(10, 5), (10, 4), (2, 19), (36, 3), (10, 0), (37, 9)])
def test_a_domain_under_a_million_is_refused(radix: int, n: int) -> None:
    """Sex, grade, a four-digit ending or the three of a sequence could simply be tried out."""
    with pytest.raises(InvalidError, match="不足一百万"):
        shape(radix, n)


@pytest.mark.parametrize(("radix", "n"), [(10, 6), (2, 20), (36, 4)])
def test_a_domain_of_a_million_is_taken(radix: int, n: int) -> None:
    assert shape(radix, n).n == n


def test_a_short_text_is_refused_by_the_cipher_itself() -> None:
    with pytest.raises(InvalidError, match="不足一百万"):
        FF1(bytes(16)).encrypt("12345")


@pytest.mark.parametrize(
    "text", ["1381234567X", "138 1234567", "１３８１２３４５６７８", "-13812345"]
)
def test_a_character_outside_the_radix_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="进制"):
        FF1(bytes(16)).encrypt(text)


@pytest.mark.parametrize("size", [0, 15, 17, 33])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(InvalidError, match="密钥"):
        FF1(bytes(size))
