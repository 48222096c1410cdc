"""How likely is each character part of a name? A small network that reads characters. Heavy.

It is a BERT of four layers (Devlin et al., NAACL 2019) with one more that gives each character its
mark, in whole numbers of eight bits; `docs/names.md` says what it was trained on and how well it
does. It lies in the package, nothing is fetched, and the first call loads it.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import onnxruntime

Chances: TypeAlias = npt.NDArray[np.float32]

MARKS: Final = "OBMES"
"""What a character may be: in no name, its beginning, middle or end, a name by itself."""
LONGEST: Final = 160
"""So many characters are read at once: what stands further away says little about a name."""
SPECIAL: Final = 4
"""The numbers before the characters': padding, unknown character, begin, end."""
UNKNOWN, BEGIN, END = 1, 2, 3

_SENTENCE: Final = re.compile(
    f"[^。！？!?；;\n\r]{{1,{LONGEST - 1}}}[。！？!?；;\n\r]?|[。！？!?；;\n\r]"
)
_AS_READ: Final = str.maketrans("\n\r\t\u3000", "。。，，")
"""The network has not seen lines and spaces; it is shown what parts sentences."""


def windows(text: str) -> Iterator[tuple[int, str]]:
    """Yield pieces of the text and where each begins: whole sentences where they fit.

    No piece goes beyond its line: lines of a list have little to do with each other.
    """
    begin = end = 0
    for found in _SENTENCE.finditer(text):
        if found.end() - begin > LONGEST:
            yield begin, text[begin:end]
            begin = end
        end = found.end()
        if text[end - 1] in "\n\r":
            yield begin, text[begin:end]
            begin = end
    if begin < len(text):
        yield begin, text[begin:]


def chances(window: str) -> Chances:
    """Return each character's probability of each mark, in the order of MARKS."""
    numbers = [BEGIN, *map(number_of, window.translate(_AS_READ)), END]
    ids = np.array([numbers], np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    found = _session().run(None, feed | {"token_type_ids": np.zeros_like(ids)})
    marks: Chances = np.asarray(found[0], np.float32)[0, 1:-1]
    return marks


def number_of(char: str) -> int:
    """Return the number by which the network knows a character."""
    known = _numbers()
    return known.get(char) or known.get(char.lower(), UNKNOWN)


@cache
def _numbers() -> dict[str, int]:
    chars = resources.files("anonymize.data").joinpath("names_chars.txt").read_text("utf-8")
    return {char: place + SPECIAL for place, char in enumerate(chars.rstrip("\n"))}


@cache
def _session() -> "onnxruntime.InferenceSession":
    import onnxruntime  # noqa: PLC0415  heavy: loaded on first use

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # pieces are short: two threads cost more than they win
    model = resources.files("anonymize.data").joinpath("names_model.onnx").read_bytes()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
