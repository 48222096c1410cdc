"""What does a round of FF1 do between two AES calls? Compiled loops over a chunk of values.

One pass reads what AES gave, reduces and adds it, and writes what AES gets next. A block of CBC-MAC
is two words of 64 bits, of which only the second changes from value to value and from round to
round. Heavy: numba.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from anonymize.compiled import compiled

Numbers = NDArray[np.uint64]

_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(2**32 - 1)
_BYTES: Final = np.uint64(0x00FF00FF00FF00FF)
_WORDS: Final = np.uint64(0x0000FFFF0000FFFF)
_EIGHT: Final = np.uint64(8)
_SIXTEEN: Final = np.uint64(16)


@compiled
def swapped(word: np.uint64) -> np.uint64:
    """Return the word with its eight bytes in reverse order."""
    word = word >> _EIGHT & _BYTES | (word & _BYTES) << _EIGHT
    word = word >> _SIXTEEN & _WORDS | (word & _WORDS) << _SIXTEEN
    return word >> _HALF | word << _HALF


@compiled
def _high(one: np.uint64, other: np.uint64) -> np.uint64:
    """Return the upper 64 bits of the product."""
    cross = (one >> _HALF) * (other & _LOW) + ((one & _LOW) * (other & _LOW) >> _HALF)
    rest = (one & _LOW) * (other >> _HALF) + (cross & _LOW)
    return (one >> _HALF) * (other >> _HALF) + (cross >> _HALF) + (rest >> _HALF)


@compiled
def remainder(number: np.uint64, modulus: np.uint64, inverse: np.uint64) -> np.uint64:
    """Return number mod modulus; `inverse` is 2^64 over the modulus, rounded down.

    The upper half of number * inverse is the quotient or one less, so one subtraction mends it
    (below the modulus the difference wraps round to a larger number).
    """
    rest = number - _high(number, inverse) * modulus
    return min(rest, rest - modulus)


@compiled
def blocks_of(halves: Numbers, tail: np.uint64, blocks: Numbers) -> None:
    """Write the blocks that AES gets for these halves."""
    for place in range(len(halves)):
        blocks[2 * place + 1] = swapped(halves[place]) ^ tail


@compiled
def added(
    stream: Numbers,
    halves: Numbers,
    modulus: np.uint64,
    inverse: np.uint64,
    tail: np.uint64,
    blocks: Numbers,
) -> None:
    """Add to each half the number that AES gave (step 6.vi), and write the next round's blocks."""
    for place in range(len(halves)):
        total = halves[place] + remainder(swapped(stream[2 * place]), modulus, inverse)
        halves[place] = min(total, total - modulus)
        blocks[2 * place + 1] = swapped(halves[place]) ^ tail


@compiled
def taken(
    stream: Numbers,
    halves: Numbers,
    modulus: np.uint64,
    inverse: np.uint64,
    tail: np.uint64,
    blocks: Numbers,
) -> None:
    """Undo `added`: subtract, and write the blocks of the round before."""
    for place in range(len(halves)):
        rest = halves[place] - remainder(swapped(stream[2 * place]), modulus, inverse)
        halves[place] = min(rest, rest + modulus)
        blocks[2 * place + 1] = swapped(halves[place]) ^ tail
