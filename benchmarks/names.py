"""How fast are people's names found in text, beside the network alone?

With a folder as argument, `python -m benchmarks.names FOLDER` prints recall and precision on NER
test files (MSRA, Weibo; `docs/names.md` says where they come from). They are never in the tree.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from anonymize.text.names import find
from anonymize.text.names_net import chances
from benchmarks.measure import Peak, Row, in_turn

_REMARKS = Path(__file__).parents[1] / "tests/anonymize/text/remarks_dev.jsonl"
_TIMES = 3
Texts = list[tuple[str, list[tuple[int, int]]]]


def rows() -> list[Row]:
    """Return characters a CPU second of the whole search and of its network."""
    texts = [json.loads(line)["text"] for line in _REMARKS.read_text("utf-8").splitlines()]
    count = _TIMES * sum(map(len, texts))
    find(texts[0])

    def side(work: Callable[[str], object]) -> Callable[[], float]:
        def run() -> float:
            start = time.process_time()
            for text in texts * _TIMES:
                work(text)
            return count / (time.process_time() - start)

        return run

    import os  # noqa: PLC0415  only its own number is asked

    peak = Peak(os.getpid())
    with peak.watching():
        ours, network = in_turn(side(find), side(chances), rounds=3)
    return [
        Row(
            "names in remarks (chars/CPU-s)",
            f"{ours:,.0f}",
            f"network alone {network:,.0f}",
            f"{ours / network:.2f}",
            peak.megabytes,
        )
    ]


def columns(path: Path) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yield text and places of people from a file of character and BIO tag a line."""
    text, people, start = "", [], -1
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        char, _, tag = line.partition("\t" if "\t" in line else " ")
        person = tag[2:] in {"PER", "PER.NAM"}
        if start >= 0 and (not person or tag[0] == "B"):
            people.append((start, len(text)))
            start = -1
        if person and start < 0:
            start = len(text)
        text += char[:1]  # Weibo numbers the characters of a word
        if not line.strip() and text:
            yield text, people
            text, people = "", []


def figures(texts: Texts) -> tuple[float, float, float, float]:
    """Return recall and precision: of findings that touch a name, and of exact ones."""
    wanted = found = touched = right = exact = 0
    for text, people in texts:
        hits = [(start, end) for start, end, _ in find(text)]
        wanted, found = wanted + len(people), found + len(hits)
        touched += sum(any(a < d and c < b for c, d in hits) for a, b in people)
        right += sum(any(a < d and c < b for c, d in people) for a, b in hits)
        exact += len(set(hits) & set(people))
    return touched / wanted, right / found, exact / wanted, exact / found


def main(folder: str) -> None:
    """Print the figures of each file of the folder."""
    for path in sorted(Path(folder).iterdir()):
        recall, precision, exact, sharp = figures(list(columns(path)))
        print(f"{path.name}: R {recall:.3f} P {precision:.3f}; exact R {exact:.3f} P {sharp:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
