"""Encrypted values: what opens, where, and with which key."""

import asyncio
import itertools

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from kernel.database import Database
from kernel.envelope import Keyring, KeyUnavailableError, data_key, open_keyring

KEK, OTHER_KEK = b"\x01" * 32, b"\x02" * 32
PLACE = {"table": "registry_student", "column": "phone", "row": "student_1"}


def keyring(root: int = 7) -> Keyring:
    return Keyring(bytes([root]) * 32)


@given(st.binary(max_size=300))
def test_what_was_sealed_opens_in_its_place(plaintext: bytes) -> None:
    ring = keyring()
    sealed = ring.seal(plaintext, **PLACE)
    assert ring.open(sealed, **PLACE) == plaintext
    assert len(sealed) == len(plaintext) + 12 + 16


@pytest.mark.parametrize("moved", ["table", "column", "row"])
def test_a_ciphertext_moved_to_another_place_does_not_open(moved: str) -> None:
    ring = keyring()
    sealed = ring.seal(b"13800138000", **PLACE)
    with pytest.raises(KeyUnavailableError):
        ring.open(sealed, **{**PLACE, moved: "elsewhere"})


def test_column_and_row_cannot_be_shifted_into_one_another() -> None:
    ring = keyring()
    sealed = ring.seal(b"x", table="t", column="ab", row="c")
    with pytest.raises(KeyUnavailableError):
        ring.open(sealed, table="t", column="a", row="bc")


@given(st.integers(0, 8 * 39 - 1))
def test_a_ciphertext_with_one_flipped_bit_does_not_open(bit: int) -> None:
    ring = keyring()
    sealed = bytearray(ring.seal(b"13800138000", **PLACE))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(KeyUnavailableError):
        ring.open(bytes(sealed), **PLACE)


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_a_ciphertext_cut_short_does_not_open(length: int) -> None:
    ring = keyring()
    with pytest.raises(KeyUnavailableError):
        ring.open(ring.seal(b"", **PLACE)[:length], **PLACE)


def test_another_root_key_opens_nothing() -> None:
    with pytest.raises(KeyUnavailableError):
        keyring(8).open(keyring().seal(b"x", **PLACE), **PLACE)


def test_equal_plaintexts_have_unequal_ciphertexts() -> None:
    ring = keyring()
    assert len({ring.seal(b"x", **PLACE) for _ in range(100)}) == 100


def test_every_purpose_has_a_key_of_its_own() -> None:
    ring = keyring()
    purposes = ("seal:registry_student", "index:document", "index:phone", "pseudonym:a", "")
    keys = [ring.key(purpose) for purpose in purposes]
    assert all(a != b for a, b in itertools.combinations(keys, 2))
    assert all(len(key) == 32 for key in keys)
    assert keys == [keyring().key(purpose) for purpose in purposes]  # and it stays the same


def test_an_index_finds_equal_values_within_a_purpose_only() -> None:
    ring = keyring()
    tag = ring.index("document", "110101200001011234")
    assert tag == keyring().index("document", "110101200001011234")
    assert tag != ring.index("phone", "110101200001011234")
    assert tag != ring.index("document", "110101200001011235")
    assert tag != keyring(8).index("document", "110101200001011234")


def test_a_keyring_shows_no_key_when_it_is_printed() -> None:
    ring = keyring()
    ring.key("index:document")
    assert repr(ring) == "Keyring()"


def test_the_root_key_comes_back_with_its_kek_and_with_no_other(either_database: Database) -> None:
    async def story() -> None:
        first = await either_database.write(lambda c: open_keyring(c, KEK))
        again = await either_database.write(lambda c: open_keyring(c, KEK))
        assert again.open(first.seal(b"x", **PLACE), **PLACE) == b"x"
        with pytest.raises(KeyUnavailableError):
            await either_database.write(lambda c: open_keyring(c, OTHER_KEK))

    asyncio.run(story())


def test_a_wrong_kek_makes_no_second_root_key(either_database: Database) -> None:
    async def story() -> None:
        await either_database.write(lambda c: open_keyring(c, KEK))
        before = await either_database.read(data_key.select())
        with pytest.raises(KeyUnavailableError):
            await either_database.write(lambda c: open_keyring(c, OTHER_KEK))
        assert await either_database.read(data_key.select()) == before

    asyncio.run(story())


def test_fifty_who_start_at_once_on_an_empty_database_agree_on_one_root_key(
    either_database: Database,
) -> None:
    async def story() -> list[Keyring]:
        return await asyncio.gather(
            *(either_database.write(lambda c: open_keyring(c, KEK)) for _ in range(50))
        )

    assert len({ring.key("x") for ring in asyncio.run(story())}) == 1


def test_the_database_holds_the_root_key_only_wrapped(database: Database) -> None:
    async def story() -> None:
        ring = await database.write(lambda c: open_keyring(c, KEK))
        [row] = await database.read(data_key.select())
        root = AESGCM(KEK).decrypt(row.wrapped[:12], row.wrapped[12:], b"kernel_data_key\0root")
        assert Keyring(root).key("x") == ring.key("x")
        assert root not in row.wrapped
        assert row.suite == "intl-1"

    asyncio.run(story())


@pytest.mark.parametrize("damaged", [b"", b"short", b"\0" * 60])
def test_a_damaged_root_key_is_refused(database: Database, damaged: bytes) -> None:
    async def story() -> None:
        await database.write(lambda c: open_keyring(c, KEK))
        await database.write(lambda c: c.execute(data_key.update().values(wrapped=damaged)))
        with pytest.raises(KeyUnavailableError):
            await database.write(lambda c: open_keyring(c, KEK))

    asyncio.run(story())
