"""What does the name model see of each character?

The characters around it, the dictionary words it stands between, how well a Han name would fit
here (see `names_lattice`), and whether the run of characters looks like a foreign name spelt out.
"""

import re
from typing import Final

from anonymize.text.names_lattice import Reading, kinds, read
from anonymize.text.names_rules import DOTS, SPELT

_UNIT: Final = re.compile(r"[^。！？!?；;\n\r]{1,300}[。！？!?；;]?|[。！？!?；;\n\r]")
_WIDTH: Final = 2.0
"""Width of a step of odds, in natural logarithms."""
_SPELT_OUT: Final = frozenset(SPELT + "和其朝图")
_NONE: Final = -99
_STEPS: Final = (-9, 5)


def units(text: str) -> list[tuple[int, str]]:
    """Return the sentences of a text and where each begins."""
    return [(found.start(), found.group()) for found in _UNIT.finditer(text)]


def _plain(char: str) -> str:
    """Return the character, or the class that stands for all of its like."""
    if char.isascii():
        if char.isdigit():
            return "0"
        if char.isalpha():
            return "A" if char.isupper() else "a"
    elif char in DOTS:
        return "·"
    return char


def _spelt(text: str) -> list[str]:
    """Return for each character the length of the run of foreign-looking ones it stands in."""
    lengths, start = ["0"] * len(text), 0
    for place in range(len(text) + 1):
        if place < len(text) and (text[place] in _SPELT_OUT or text[place] == "·"):
            continue
        run = place - start
        if run > 1:
            mark = str(min(run, 6)) + ("d" if "·" in text[start:place] else "")
            lengths[start:place] = [mark] * run
        start = place + 1
    return lengths


def _best(reading: Reading, length: int) -> list[tuple[int, int, int]]:
    """Return for each character the name that fits best there: step, place in it and its length."""
    best = [(_NONE, 0, 0)] * length
    least, most = _STEPS
    for start, size, odds in reading.names:
        step = max(least, min(most, int(odds // _WIDTH)))
        if step == least:
            continue
        for place in range(size):
            if step > best[start + place][0]:
                best[start + place] = (step, place, size)
    return best


def features(unit: str) -> list[list[str]]:
    """Return for each character of a sentence what the model sees of it."""
    text = "".join(map(_plain, unit))
    reading, length = read(text), len(text)
    best, spelt = _best(reading, length), _spelt(text)
    begins: list[dict[int, int]] = [{} for _ in range(length)]
    least, most = _STEPS
    for start, size, odds in reading.names:
        begins[start][size] = max(least, min(most, int(odds // _WIDTH)))
    chars = ["<2", "<1", *text, ">1", ">2"]
    words, tags = reading.words, reading.tags
    kind = ["<", *(map(kinds().get, words, "?" * length)), ">"]
    rows = []
    for i in range(length):
        a, b, c, d, e = chars[i : i + 5]
        tag = tags[i]
        step, place, size = best[i]
        row = [
            "c" + c, "b" + b, "d" + d, "a" + a, "e" + e,
            "bc" + b + c, "cd" + c + d, "bd" + b + d, "ab" + a + b, "de" + d + e,
            "t" + tag + (tags[i - 1] if i else "<") + (tags[i + 1] if i + 1 < length else ">"),
            "w" + words[i] + tag, f"k{kind[i + 1]}{tag}", f"kb{kind[i]}{kind[i + 1]}{tag}",
            f"kd{kind[i + 1]}{kind[i + 2]}{tag}",
            "s" + spelt[i], "sb" + spelt[i] + b, "sd" + spelt[i] + d,
        ]  # fmt: skip
        for number, odds in begins[i].items():
            row.append(f"o{number}{odds}")
        if step > _NONE:
            start, end = i - place, i - place + size
            fit = f"{place}{size}{step}"
            before = words[start - 1] if start else "<"
            after = words[end] if end < length else ">"
            row += [
                "f" + fit, "ft" + fit + tag, f"fk{fit}{kind[start]}{kind[end + 1]}",
                f"gk{place}{size}{kind[start]}", f"hk{place}{size}{kind[end + 1]}",
                f"g{place}{size}{before}", f"h{place}{size}{after}",
                f"gs{fit}{chars[start + 1]}", f"hs{fit}{chars[end + 2]}",
            ]  # fmt: skip
        rows.append(row)
    return rows
