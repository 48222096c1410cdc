"""Which everyday sentences does the model read? Those of Tatoeba (CC BY 2.0 FR), sieved.

`python -m anonymize.text.training.sentences CMN.TXT` reads lines "English, Chinese, attribution"
as the Tatoeba exports have them and writes sentences.txt.gz: Chinese sentence and its attribution.
"""

import gzip
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from anonymize.text.training.grammar import Text, Writer
from anonymize.text.training.people import read_lists

_FILE: Final = "sentences.txt.gz"
_ATTRIBUTION: Final = re.compile(r"& #(\d+) \((\S+)\)")
_PEOPLE: Final = re.compile(
    "汤姆|玛丽亚|玛丽|玛莉|约翰|杰克|鲍勃|比尔|迈克|艾伦|爱丽丝|大卫|彼得|吉姆|南希|凯特|简|丽莎|琳达|露西|海伦|肯|乔治|苏珊|保罗|尼克"
)
_SURE: Final = re.compile("汤姆|玛丽亚|玛丽|玛莉|约翰|杰克|鲍勃|爱丽丝")
_PRONOUN: Final = re.compile("(?<![其吉们])[他她](?![们人乡妈的])")


def sieve(lines: list[str], foreign: set[str]) -> Iterator[str]:
    """Return the simplified sentences without other people's names, each with its attribution."""
    seen: set[str] = set()
    for line in lines:
        _, sentence, origin = line.split("\t")
        source = _ATTRIBUTION.search(origin)
        plain = _SURE.sub("", sentence)
        if source is None or sentence in seen or not _simplified(sentence):
            continue
        if re.search("[A-Za-z]{2}", sentence) or any(name in plain for name in foreign):
            continue
        seen.add(sentence)
        yield f"{sentence}\t{source.group(1)} {source.group(2)}"


def _simplified(sentence: str) -> bool:
    try:
        sentence.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def sentences() -> list[str]:
    """Return the sentences that this package holds."""
    packed = resources.files(__package__).joinpath(_FILE).read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    return [line.split("\t")[0] for line in lines]


def peopled(sentence: str, writer: Writer) -> Text:
    """Return the sentence with somebody of ours where it speaks of Tom, of him or of her."""
    pieces: Text = []
    place = 0
    pattern = _SURE if _SURE.search(sentence) else _PRONOUN
    for found in pattern.finditer(sentence):
        if pattern is _PRONOUN and writer.chance.random() < 0.4:  # noqa: PLR2004  share
            continue
        pieces.append((sentence[place : found.start()], False))
        pieces.append((writer.people.anyone(), True))
        place = found.end()
    pieces.append((sentence[place:], False))
    return pieces


def main(path: str) -> None:
    """Write the file."""
    foreign = {name for name in read_lists("abroad.txt")["foreign"] if len(name) > 1}
    lines = Path(path).read_text("utf-8").splitlines()
    raw = "\n".join(sieve(lines, foreign)) + "\n"
    packed = gzip.compress(raw.encode(), 9, mtime=0)
    (Path(__file__).parent / _FILE).write_bytes(packed)


if __name__ == "__main__":
    main(sys.argv[1])
