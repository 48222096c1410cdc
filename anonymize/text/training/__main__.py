"""`python -m anonymize.text.training MODEL.onnx TOKENIZER.json`: train the name network.

Writes names_model.onnx and names_chars.txt into anonymize/data. Needs torch and onnx beside the
package; `docs/names.md` says where the two files come from. Some ten minutes on two cores.
"""

import random
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any, Final

import onnx
import torch

from anonymize.text.names_net import BEGIN, END, MARKS, SPECIAL, UNKNOWN
from anonymize.text.training.corpus import Corpus
from anonymize.text.training.network import Network, characters, save

SEED: Final = 20260101
MADE: Final = 9_000
ROUNDS: Final = 14
EPOCHS: Final = 2
BATCH: Final = 32
RATE: Final = 2e-4
_WARM: Final = 0.06
_NOTHING: Final = -100
"""The mark of a place that is none."""
_NEAR: Final = 64
"""Batches whose texts are sorted by length together."""
_DATA: Final = Path(__file__).parents[2] / "data"

Example = tuple[str, str]


def batches(examples: list[Example], chance: random.Random) -> list[list[Example]]:
    """Return the examples in batches of about one length, in no order."""
    found = []
    for start in range(0, len(examples), _NEAR * BATCH):
        near = sorted(examples[start : start + _NEAR * BATCH], key=lambda one: len(one[0]))
        found += [near[first : first + BATCH] for first in range(0, len(near), BATCH)]
    chance.shuffle(found)
    return found


def tensors(batch: list[Example], numbers: dict[str, int]) -> tuple[Any, Any, Any]:
    """Return the characters' numbers, which of them there are, and their marks."""
    length = max(len(text) for text, _ in batch) + 2
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    marks = torch.full((len(batch), length), _NOTHING)
    for place, (text, letters) in enumerate(batch):
        known = [numbers.get(char) or numbers.get(char.lower(), UNKNOWN) for char in text]
        ids[place, : len(text) + 2] = torch.tensor([BEGIN, *known, END])
        marks[place, 1 : len(text) + 1] = torch.tensor([MARKS.index(one) for one in letters])
    return ids, ids > 0, marks


def train(model: Any, tokenizer: Path) -> tuple[Network, str]:  # noqa: ANN401  an ONNX model
    """Return the trained network and the characters it knows."""
    torch.manual_seed(SEED)
    chars, rows = characters(tokenizer)
    numbers = dict(zip(chars, count(SPECIAL)))
    corpus, network = Corpus(SEED), Network(model, rows)
    work = [
        batch
        for _ in range(EPOCHS)
        for batch in batches(corpus.examples(MADE, ROUNDS), corpus.chance)
    ]
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, betas=(0.9, 0.98))
    network.train()
    begin, mean = time.monotonic(), 0.0
    for step, batch in enumerate(work):
        ids, mask, marks = tensors(batch, numbers)
        done = step / len(work)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (done + 1 / len(work)) / _WARM) * (1 - done)
        with torch.autocast("cpu", torch.bfloat16):
            scores = network(ids, mask)
        loss = torch.nn.functional.cross_entropy(
            scores.float().flatten(0, 1), marks.flatten(), ignore_index=_NOTHING
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        mean += (loss.item() - mean) / min(step + 1, 50)
        if step % 50 == 0:
            sys.stderr.write(f"{step}/{len(work)} {mean:.4f} {time.monotonic() - begin:.0f} s\n")
    return network.eval(), chars


def main(base: str, tokenizer: str) -> None:
    """Train and write."""
    model = onnx.load(base)
    network, chars = train(model, Path(tokenizer))
    save(network, model, _DATA / "names_model.onnx")
    (_DATA / "names_chars.txt").write_text(chars + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
