"""How is a short number encrypted into a number of the same length? NIST SP 800-38G, FF1.

Plain Python, one value a call; `ff1_columns` does whole columns. There is no FF3-1: NIST withdrew
it (SP 800-38G Rev. 1, second draft, 2025). Domains under 10^6 are refused, as there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kernel.errors import InvalidError

ROUNDS: Final = 10
BLOCK: Final = 16
LEAST_DOMAIN: Final = 10**6
LARGEST_RADIX: Final = 36
MOST_NUMERALS: Final = 1024
_KEY_BYTES: Final = (16, 24, 32)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Shape:
    """What follows from radix and length alone (names as in the standard's algorithm 7)."""

    radix: int
    n: int
    u: int
    """Numerals of the left half; the right half has v = n - u."""
    left: int
    """How many left halves there are: radix^u."""
    right: int
    """How many right halves there are: radix^v."""
    b: int
    """Bytes of the number in a round's input."""
    d: int
    """Bytes of a round's output."""

    def modulus(self, turn: int) -> int:
        """Return radix^m of a round: the halves change sides every round."""
        return self.left if turn % 2 == 0 else self.right


@cache
def shape(radix: int, n: int) -> Shape:
    """Return the shape of numbers of n numerals.

    Raises InvalidError if there are fewer than 10^6 of them (whoever collects pairs soon has a
    codebook of all), or if radix or length is outside 2-36 and 2-1024.
    """
    if not 2 <= radix <= LARGEST_RADIX or not 2 <= n <= MOST_NUMERALS or radix**n < LEAST_DOMAIN:  # noqa: PLR2004  bounds of the standard
        raise InvalidError(
            f"{n} 位 {radix} 进制数不足一百万个，不能保留格式加密",
            rule="NIST SP 800-38G：取值须不少于一百万个",
            remedy="请改用假名、泛化或不提供",
        )
    u = n // 2
    left, right = int(radix**u), int(radix ** (n - u))
    b = ((right - 1).bit_length() + 7) // 8
    return Shape(radix, n, u, left, right, b, 4 * ((b + 3) // 4) + 4)


def head(form: Shape, tweak_bytes: int) -> bytes:
    """Return P, the first block of every round: it depends on radix, length and tweak length."""
    return (
        bytes((1, 2, 1))
        + form.radix.to_bytes(3, "big")
        + bytes((ROUNDS, form.u % 256))
        + form.n.to_bytes(4, "big")
        + tweak_bytes.to_bytes(4, "big")
    )


class FF1:
    """The cipher under one AES key (16, 24 or 32 bytes), one tweak and one radix (2 to 36).

    For each length it is a bijection of the numerals of that length; `decrypt` is its inverse.
    """

    def __init__(self, key: bytes, radix: int = 10, tweak: bytes = b"") -> None:
        if len(key) not in _KEY_BYTES:
            raise InvalidError(
                "加密密钥的长度不对", rule="NIST SP 800-38G", remedy="请提供 16、24 或 32 字节"
            )
        self._radix, self._tweak = radix, tweak
        self._numerals = frozenset(_DIGITS[:radix])
        self._aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  the standard builds on single blocks
        self._heads: dict[int, int] = {}

    def encrypt(self, text: str) -> str:
        """Return the ciphertext, of the same length.

        `text` is written in digits and lower-case letters. Raises InvalidError for another
        character or a domain under 10^6.
        """
        form = self._shape(text)
        number = self.encrypt_number(int(text, self._radix), form.n)
        return "".join(_written(number, form))

    def decrypt(self, text: str) -> str:
        """Return the plaintext of a ciphertext; raises as `encrypt`."""
        form = self._shape(text)
        number = self.decrypt_number(int(text, self._radix), form.n)
        return "".join(_written(number, form))

    def encrypt_number(self, number: int, n: int) -> int:
        """Return the ciphertext of the number that is written in n numerals, as a number."""
        form = shape(self._radix, n)
        left, right = divmod(number, form.right)
        for turn in range(ROUNDS):
            left, right = right, (left + self._round(form, turn, right)) % form.modulus(turn)
        return left * form.right + right

    def decrypt_number(self, number: int, n: int) -> int:
        """Return the plaintext of `encrypt_number`."""
        form = shape(self._radix, n)
        left, right = divmod(number, form.right)
        for turn in reversed(range(ROUNDS)):
            left, right = (right - self._round(form, turn, left)) % form.modulus(turn), left
        return left * form.right + right

    def _shape(self, text: str) -> Shape:
        if not self._numerals.issuperset(text):
            raise InvalidError(
                "有字符不在进制之内", rule="NIST SP 800-38G", remedy="请只用该进制的数字"
            )
        return shape(self._radix, len(text))

    def _round(self, form: Shape, turn: int, number: int) -> int:
        """Return y, the number of the round's d pseudorandom bytes (steps 6.i to 6.iv)."""
        padding = (-len(self._tweak) - form.b - 1) % BLOCK
        text = self._tweak + bytes(padding) + bytes((turn,)) + number.to_bytes(form.b, "big")
        mixed = self._head(form)
        for start in range(0, len(text), BLOCK):
            block = mixed ^ int.from_bytes(text[start : start + BLOCK], "big")
            mixed = int.from_bytes(self._aes.update(block.to_bytes(BLOCK, "big")), "big")
        stream = mixed.to_bytes(BLOCK, "big")
        for counter in range(1, -(-form.d // BLOCK)):
            stream += self._aes.update((mixed ^ counter).to_bytes(BLOCK, "big"))
        return int.from_bytes(stream[: form.d], "big")

    def _head(self, form: Shape) -> int:
        """Return the encrypted first block, which all values of one length share."""
        if form.n not in self._heads:
            first = self._aes.update(head(form, len(self._tweak)))
            self._heads[form.n] = int.from_bytes(first, "big")
        return self._heads[form.n]


def _written(number: int, form: Shape) -> Iterator[str]:
    """Yield the n numerals of a number, the most significant first."""
    for place in range(form.n - 1, -1, -1):
        yield _DIGITS[number // form.radix**place % form.radix]
