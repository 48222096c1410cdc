"""`python -m anonymize.text.training OUT.crfsuite`: train the name model from the files beside.

The same files give the same bytes: one seed, one thread.
"""

import sys
from typing import Final

import pycrfsuite

from anonymize.text.names_features import features
from anonymize.text.training.corpus import Corpus

SEED: Final = 20260101
TEXTS: Final = 30_000
ROUNDS: Final = 45
_LEAST: Final = 3


def train(out: str, texts: int = TEXTS, rounds: int = ROUNDS) -> None:
    """Write a model that was trained on so many texts in so many rounds."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.3, "c2": 0.01, "max_iterations": rounds, "feature.minfreq": _LEAST})
    for unit, marks in Corpus(SEED).examples(texts):
        trainer.append(features(unit), list(marks))
    trainer.train(out)


if __name__ == "__main__":
    train(sys.argv[1])
