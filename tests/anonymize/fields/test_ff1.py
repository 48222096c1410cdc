"""FF1 is the standard's: by its samples, by another program's answers, and by its properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.fields.ff1 import FF1, shape
from kernel.errors import InvalidError

K128 = "2B7E151628AED2A6ABF7158809CF4F3C"
K192 = K128 + "EF4359D8D580AA4F"
K256 = K192 + "7F036D6F04FC6A94"
DECIMAL, THIRTY_SIX = "0123456789", "0123456789abcdefghi"
TENS, SEVENS = "39383736353433323130", "3737373770717273373737"

NIST = [
    (K128, "", 10, DECIMAL, "2433477484"),
    (K128, TENS, 10, DECIMAL, "6124200773"),
    (K128, SEVENS, 36, THIRTY_SIX, "a9tv40mll9kdu509eum"),
    (K192, "", 10, DECIMAL, "2830668132"),
    (K192, TENS, 10, DECIMAL, "2496655549"),
    (K192, SEVENS, 36, THIRTY_SIX, "xbj3kv35jrawxv32ysr"),
    (K256, "", 10, DECIMAL, "6657667009"),
    (K256, TENS, 10, DECIMAL, "1001623463"),
    (K256, SEVENS, 36, THIRTY_SIX, "xs8a0azh2avyalyzuwd"),
]
"""All samples of FF1 that NIST publishes (SP 800-38G, FF1samples.pdf): key, tweak, radix, text."""

FASTFPE = [
    (
        "4d8533a7560dd2d0263440a3f2e6d26a",
        "", 10,
        "355561",
        "008048",
    ),
    (
        "fbcf29697c1167302a6181919c83533c0b887770791c0699",
        "8f46ab", 10,
        "9724862",
        "3726623",
    ),
    (
        "54cf3d40dbb0723b1a63df5858293a9601a1cdea1b543ce9aa0625372faa832b",
        "9a160d637006500c", 10,
        "82426416133",
        "29870381490",
    ),
    (
        "6573319a40c7472ae5f9015b609fcf309769ba984932028d1fc6bf90caec3222",
        "", 10,
        "973081895024491",
        "252330142714381",
    ),
    (
        "01156c69cf28b890e21946c0cbc98201",
        "ea2efba3756695e6acc269", 10,
        "90521501738240255",
        "08547838699465830",
    ),
    (
        "4b0975dde57ec8c694972afc89b440ee78f842b5a7483f891361bdc86d9df15b",
        "45418c0c2757", 10,
        "543512441241708077",
        "025801994058881559",
    ),
    (
        "c830449fd657e9e2f74e5b6167943c61e4cdef229c3a6f69",
        "9c6a93dff230ba7d5ebe954d05abc14b", 10,
        "482812988014691839776022179942",
        "730134094962932172763851252908",
    ),
    (
        "7c8c773c30e4ddab79551ce72d0c920f82b7869dcd20ba071f5b507524e1d715",
        "006fc7ec2f", 10,
        "47845173291052323401036896495982500188872238522412847311",
        "93835619325858275411226955924734761901135703062604353292",
    ),
    (
        "4f0d4fb49dba0b850de400a392f0e89f",
        "1a0c112b", 2,
        "01111101001010001011",
        "10010011000011101110",
    ),
    (
        "35aa0d063c1175e77fb2be233c217d80",
        "e6ec", 16,
        "f11e2556",
        "c6adde8a",
    ),
    (
        "7d667a921443b1e9a0e0fc00993cb865914b5b1e77825b11",
        "05366036f3ea8b", 26,
        "71d79poa97bf",
        "f93631bbpld9",
    ),
    (
        "da2168686ffeefa64ce9cc210c49f26f18f7830137ec14733c08442572c60eaf",
        "", 36,
        "dgzhk",
        "nt590",
    ),
    (
        "6f74d518810579e1add7a7bd292dcaf25b8940264d1645743c0c6c2ea97a16f9",
        "7546c937eb816819a3c924dbe2d9d53f717da030", 36,
        "y1c0w2laql3e9gjui6k4etwei0doz7d5spuwqd85",
        "ktmdjbql4o6tlt3vqix9eslgchfyo8414m5dlgxw",
    ),
]  # fmt: skip
"""Answers of fastfpe 0.2.1 (Rust) to drawn keys, tweaks and texts: long ones need more blocks."""


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
