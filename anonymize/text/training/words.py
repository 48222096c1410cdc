"""Make the word list and a list of given names from jieba's dictionary (MIT).

`python -m anonymize.text.training.words PATH/TO/jieba/dict.txt` writes names_words.txt.xz into
anonymize/data and known.txt beside this file. The same dictionary gives the same bytes.
"""

import lzma
import math
import random
import sys
from collections import defaultdict
from pathlib import Path

from anonymize.text.names_words import LONGEST_WORD, surnames
from anonymize.text.training.people import read_lists

_DATA = Path(__file__).parents[2] / "data"
_LEAST = 3
_OWN = 400
"""Frequency given to words of school life that the dictionary lacks."""


def dictionary(path: Path) -> list[tuple[str, int, str]]:
    """Return word, frequency and part of speech of each line."""
    lines = path.read_text("utf-8").splitlines()
    return [(word, int(count), tag) for word, count, tag in (line.split(" ") for line in lines)]


def is_name(word: str, tag: str) -> bool:
    """Tell whether the dictionary's word is somebody's name, no word of the language."""
    single = word[0] in surnames() and word[1:]
    return tag == "nrt" or (tag == "nr" and bool(single) and len(word) <= LONGEST_WORD)


def _han(word: str) -> bool:
    return all("\u4e00" <= char <= "\u9fff" for char in word)


def _kind(tag: str) -> str:
    """Return one letter for the part of speech: P a place, Z an organization or a brand."""
    if tag in {"ns", "nt", "nz"}:
        return "P" if tag == "ns" else "Z"
    return tag[0] if tag[0] in "tmvadpcruqfnil" and tag != "nr" else "x"


def write_words(entries: list[tuple[str, int, str]]) -> None:
    """Write the words by level: tenths of the negative logarithm of their share."""
    counts = {
        word: (count, _kind(tag))
        for word, count, tag in entries
        if count >= _LEAST and len(word) <= LONGEST_WORD and _han(word) and not is_name(word, tag)
    }
    for group in read_lists("words.txt").values():
        for word in group:
            count, kind = counts.get(word, (0, "x"))
            counts[word] = max(count, _OWN), kind
    total = sum(count for count, _ in counts.values())
    levels: dict[tuple[int, str], list[str]] = defaultdict(list)
    for word, (count, kind) in counts.items():
        levels[round(-10 * math.log(count / total)), kind].append(word)
    lines = [
        " ".join([str(level), kind, *sorted(some)])
        for (level, kind), some in sorted(levels.items())
    ]
    raw = ("\n".join(lines) + "\n").encode()
    (_DATA / "names_words.txt.xz").write_bytes(lzma.compress(raw, preset=9 | lzma.PRESET_EXTREME))


def known_given(entries: list[tuple[str, int, str]]) -> list[str]:
    """Return given names of the names that the dictionary holds."""
    plain = {word for word, count, tag in entries if tag != "nr" or count > _OWN}
    common = {name for name, weight in surnames().items() if weight >= 12}  # noqa: PLR2004  not rare
    return sorted(
        word[1:]
        for word, _, tag in entries
        if tag == "nr"
        and word[0] in common
        and len(word) == 3  # noqa: PLR2004  surname and two
        and _han(word)
        and word[1:] not in plain
        and word[1] not in "家各"
        and word[2] not in "寨村庄屯沟坪营堡店集镇铺湾岭庙桥港口"
    )


def main(path: str) -> None:
    """Write both files."""
    entries = dictionary(Path(path))
    write_words(entries)
    known = known_given(entries)
    chosen = random.Random(7).sample(known, min(len(known), 12_000))  # noqa: S311  no secret
    (Path(__file__).parent / "known.txt").write_text("[known]\n" + " ".join(sorted(chosen)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
