"""How are a million numbers encrypted at once? FF1, one bulk AES call a round. Heavy: numpy, numba.

For one length and one tweak the first block of CBC-MAC is the same for every value, so it is
encrypted once and a round is one call of AES-ECB over the column. Halves of up to 32 bits keep all
arithmetic in 64 bits; the work goes in chunks that stay in the processor's cache.
"""

from collections.abc import Callable
from operator import xor
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from anonymize.fields.ff1 import BLOCK, ROUNDS, Shape, head, shape
from anonymize.fields.ff1_rounds import Numbers, added, blocks_of, taken
from kernel.errors import InvalidError

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
        self._moduli = [_modulus(form.modulus(turn)) for turn in (0, 1)]
        self._blocks = np.tile(np.frombuffer(templates[0], np.uint64), _CHUNK)
        self._out = np.zeros((_CHUNK + 1) * BLOCK, np.uint8)
        # d is 8 in this class: the first word of each block is the number y.
        self._stream = self._out.view(np.uint64)

    def encrypt(self, numbers: Numbers) -> Numbers:
        """Return the ciphertexts; every number is below radix^n."""
        return self._chunked(numbers, self._encrypted)

    def decrypt(self, numbers: Numbers) -> Numbers:
        """Return the plaintexts of ciphertexts."""
        return self._chunked(numbers, self._decrypted)

    def _chunked(
        self, numbers: Numbers, work: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]
    ) -> Numbers:
        found = np.empty(len(numbers), np.uint64)
        high = np.uint64(self._form.right)
        for start in range(0, len(numbers), _CHUNK):
            part = numbers[start : start + _CHUNK]
            left = part // high
            left, right = work(left, part - left * high)
            found[start : start + _CHUNK] = left * high + right
        return found

    def _encrypted(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        blocks, size = self._blocks, len(left) * BLOCK
        blocks_of(right, self._tails[0], blocks)
        for turn in range(ROUNDS):
            self._aes.update_into(blocks.data.cast("B")[:size], self._out.data)
            following = self._tails[(turn + 1) % ROUNDS]
            added(self._stream, left, *self._moduli[turn % 2], following, blocks)
            left, right = right, left
        return left, right

    def _decrypted(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        blocks, size = self._blocks, len(left) * BLOCK
        blocks_of(left, self._tails[-1], blocks)
        for turn in range(ROUNDS - 1, -1, -1):
            self._aes.update_into(blocks.data.cast("B")[:size], self._out.data)
            taken(self._stream, right, *self._moduli[turn % 2], self._tails[turn - 1], blocks)
            left, right = right, left
        return left, right


def _templates(form: Shape, tweak: bytes, encrypted_head: bytes) -> list[bytes]:
    """Return for every round the block to encrypt, without the number in its last bytes."""
    padding = bytes(BLOCK - 1 - form.b - len(tweak))
    blocks = [tweak + padding + bytes((turn,)) + bytes(form.b) for turn in range(ROUNDS)]
    return [bytes(map(xor, encrypted_head, block)) for block in blocks]


def _modulus(modulus: int) -> tuple[np.uint64, np.uint64]:
    """Return radix^m and what `remainder` multiplies by instead of dividing."""
    return np.uint64(modulus), np.uint64((1 << 64) // modulus)
