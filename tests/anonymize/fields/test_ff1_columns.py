"""The column cipher is the scalar cipher, only faster."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.fields.ff1 import FF1
from anonymize.fields.ff1_columns import FF1Columns
from kernel.errors import InvalidError
from tests.anonymize.fields.test_ff1 import NIST

SHAPES = [(10, 6), (10, 7), (10, 10), (10, 15), (10, 17), (10, 18), (2, 64), (16, 15), (36, 12)]


@pytest.mark.parametrize(
    ("key", "tweak", "plain", "cipher"),
    [(key, tweak, plain, cipher) for key, tweak, radix, plain, cipher in NIST if radix == 10],
)
def test_the_column_cipher_is_that_of_the_standard(
    key: str, tweak: str, plain: str, cipher: str
) -> None:
    columns = FF1Columns(bytes.fromhex(key), 10, tweak=bytes.fromhex(tweak))
    assert columns.encrypt(np.array([int(plain)], np.uint64)).tolist() == [int(cipher)]


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from(SHAPES), st.binary(max_size=11), st.sampled_from([16, 24, 32]))
def test_a_column_gives_what_its_values_give_one_by_one(
    data: st.DataObject, drawn: tuple[int, int], tweak: bytes, size: int
) -> None:
    radix, n = drawn
    key = data.draw(st.binary(min_size=size, max_size=size))
    some = data.draw(st.lists(st.integers(0, radix**n - 1), min_size=1, max_size=40))
    edges = [0, 1, radix**n - 1]
    numbers = np.array(some + edges, np.uint64)
    columns, scalar = FF1Columns(key, n, radix=radix, tweak=tweak), FF1(key, radix, tweak)
    secret = columns.encrypt(numbers)
    assert secret.tolist() == [scalar.encrypt_number(int(number), n) for number in numbers]
    assert columns.decrypt(secret).tolist() == numbers.tolist()


def test_a_whole_domain_is_permuted() -> None:
    """All 10^6 numbers of six digits, over several chunks: every one appears once."""
    columns = FF1Columns(bytes(32), 6)
    secret = columns.encrypt(np.arange(10**6, dtype=np.uint64))
    assert np.array_equal(np.sort(secret), np.arange(10**6))
    assert np.array_equal(columns.decrypt(secret), np.arange(10**6))


def test_an_empty_column_stays_empty() -> None:
    assert FF1Columns(bytes(32), 10).encrypt(np.array([], np.uint64)).size == 0


@pytest.mark.parametrize(
    ("n", "radix", "tweak"), [(20, 10, b""), (14, 36, b""), (10, 10, bytes(12)), (5, 10, b"")]
)
def test_what_does_not_fit_is_refused(n: int, radix: int, tweak: bytes) -> None:
    with pytest.raises(InvalidError):
        FF1Columns(bytes(32), n, radix=radix, tweak=tweak)
