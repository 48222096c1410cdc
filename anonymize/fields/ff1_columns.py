"""How are a million numbers encrypted at once? FF1, one bulk AES call a round. Heavy: numpy.

For one length and one tweak the first block of CBC-MAC is the same for every value, so it is
encrypted once and a round is one call of AES-ECB over the column. Halves of up to 32 bits keep all
arithmetic in 64 bits; the work goes in chunks that stay in the processor's cache.
"""

from operator import xor
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from anonymize.fields.ff1 import BLOCK, ROUNDS, Shape, head, shape
from kernel.errors import InvalidError

Numbers = NDArray[np.uint64]

_CHUNK: Final = 1 << 14
_WIDEST_HALF: Final = 4
"""Bytes of a half; a round then gives eight, which one 64-bit number holds."""


class FF1Columns:
    """FF1 over columns of numbers of n numerals each: the same permutation as `ff1.FF1`.

    Not for several threads at once: the buffers are its own. Raises InvalidError for a domain
    under 10^6, a key of another length than AES's, a half of more than 32 bits (n > 19 for decimal
    numbers) and a tweak of more than 11 bytes, for which the scalar path is there.
    """

    def __init__(self, key: bytes, n: int, *, radix: int = 10, tweak: bytes = b"") -> None:
        form = shape(radix, n)
        if form.b > _WIDEST_HALF or len(tweak) + _WIDEST_HALF + 1 > BLOCK:
            raise InvalidError(
                f"{n} 位 {radix} 进制数太长，不能整列加密",
                rule="整列加密每半不超过 32 位二进制",
                remedy="请逐个加密",
            )
        self._form = form
        self._aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  the standard builds on single blocks
        templates = _templates(form, tweak, self._aes.update(head(form, len(tweak))))
        self._tails = np.frombuffer(b"".join(templates), np.uint64)[1::2]
        self._in = np.tile(np.frombuffer(templates[0], np.uint8), _CHUNK)
        self._out = np.zeros(_CHUNK * BLOCK + BLOCK - 1, np.uint8)

    def encrypt(self, numbers: Numbers) -> Numbers:
        """Return the ciphertexts; every number is below radix^n."""
        return self._chunked(numbers, range(ROUNDS), forward=True)

    def decrypt(self, numbers: Numbers) -> Numbers:
        """Return the plaintexts of ciphertexts."""
        return self._chunked(numbers, range(ROUNDS - 1, -1, -1), forward=False)

    def _chunked(self, numbers: Numbers, turns: range, *, forward: bool) -> Numbers:
        found = np.empty(len(numbers), np.uint64)
        form = self._form
        high = np.uint64(form.right)
        for start in range(0, len(numbers), _CHUNK):
            part = numbers[start : start + _CHUNK]
            left = part // high
            right = part - left * high
            for turn in turns:
                modulus = np.uint64(form.modulus(turn))
                if forward:
                    left, right = right, _plus(left, self._round(turn, right, modulus), modulus)
                else:
                    left, right = _minus(right, self._round(turn, left, modulus), modulus), left
            found[start : start + _CHUNK] = left * high + right
        return found

    def _round(self, turn: int, half: Numbers, modulus: np.uint64) -> Numbers:
        """Return y mod radix^m of every value (steps 6.i to 6.iv, and the reduction of 6.vi)."""
        size = len(half) * BLOCK
        # All that changes from value to value and from round to round is in the last eight bytes.
        self._in[:size].view(np.uint64)[1::2] = (
            half.astype(">u8").view(np.uint64) ^ self._tails[turn]
        )
        self._aes.update_into(self._in[:size].data, self._out.data)
        stream = self._out[:size].view(">u8")
        # d is 8 in this class: the first half of each block is the number y.
        y = stream[::2].astype(np.uint64)
        y -= y // modulus * modulus
        return y


def _templates(form: Shape, tweak: bytes, encrypted_head: bytes) -> list[bytes]:
    """Return for every round the block to encrypt, without the number in its last bytes."""
    padding = bytes(BLOCK - 1 - form.b - len(tweak))
    blocks = [tweak + padding + bytes((turn,)) + bytes(form.b) for turn in range(ROUNDS)]
    return [bytes(map(xor, encrypted_head, block)) for block in blocks]


def _plus(one: Numbers, other: Numbers, modulus: np.uint64) -> Numbers:
    """Return the sum of two residues, as a residue."""
    total = one + other
    # Below the modulus the difference wraps round to a larger number.
    residue: Numbers = np.minimum(total, total - modulus)
    return residue


def _minus(one: Numbers, other: Numbers, modulus: np.uint64) -> Numbers:
    """Return the difference of two residues, as a residue."""
    return _plus(one, modulus - other, modulus)
