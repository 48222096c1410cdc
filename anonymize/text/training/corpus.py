"""Which texts does the network learn from? Remarks, templates, everyday sentences, school prose."""

import random

from anonymize.text.names_net import LONGEST
from anonymize.text.names_words import kinds, words
from anonymize.text.training.grammar import Text, Writer, templates
from anonymize.text.training.people import read_lists
from anonymize.text.training.remarks import peopled_anew, remarks
from anonymize.text.training.sentences import peopled, sentences


def labels(pieces: Text) -> str:
    """Return one letter a character: B M E a name's, S a name of one, O none."""
    marks = []
    for piece, is_name in pieces:
        size = len(piece)
        if not is_name:
            marks.append("O" * size)
        else:
            marks.append("S" if size == 1 else "B" + "M" * (size - 2) + "E")
    return "".join(marks)


class Corpus:
    """A seeded stream of labelled sentences."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  texts, no secret
        self.writer = Writer(self.chance, read_lists("known.txt")["known"])
        self.templates = templates("templates.txt")
        self.plain = templates("plain.txt")["plain"]
        self.slots = templates("plain.txt")["slots"]
        self._words = [word for word, level in words().items() if level > -13]  # noqa: PLR2004
        self._places = [word for word, kind in kinds().items() if kind in "PZ" and len(word) > 1]

    def examples(self, made: int, rounds: int) -> list[tuple[str, str]]:
        """Return texts with their marks in no order: so many made ones, each remark so often.

        In the first round the remarks stand as written, then they speak of others.
        """
        texts = [self._text() for _ in range(made)]
        for number in range(rounds):
            texts += [peopled_anew(one, self.writer.people) if number else one for one in remarks()]
        found = [("".join(piece for piece, _ in pieces), labels(pieces)) for pieces in texts]
        self.chance.shuffle(found)
        return [(text[:LONGEST], marks[:LONGEST]) for text, marks in found if text]

    def _text(self) -> Text:
        roll, pick = self.chance.random(), self.chance.choice
        if roll < 0.36:  # noqa: PLR2004  shares of a mixture
            genre = self.templates[pick(list(self.templates))]
            pieces: Text = []
            for _ in range(self.chance.randint(1, 3)):
                pieces += self.writer.fill(pick(genre))
            return pieces
        if roll < 0.42:  # noqa: PLR2004
            return self._cut(pick(self.plain))
        if roll < 0.56:  # noqa: PLR2004
            return [piece for _ in range(2) for piece in self.writer.fill(pick(self.slots))]
        if roll < 0.90:  # noqa: PLR2004
            sentence = pick(sentences())
            return peopled(sentence, self.writer)
        return self._soup()

    def _cut(self, line: str) -> Text:
        """Return a plain line, or some of its clauses in another order."""
        clauses = line.split("，")
        if self.chance.random() < 0.5:  # noqa: PLR2004  share
            return [(line, False)]
        self.chance.shuffle(clauses)
        return [("，".join(clauses[: self.chance.randint(1, len(clauses))]), False)]

    def _soup(self) -> Text:
        """Return words of the language in any order, somebody among them."""
        pieces: Text = []
        for _ in range(self.chance.randint(3, 12)):
            if self.chance.random() < 0.1:  # noqa: PLR2004  share
                pieces.append((self.writer.people.anyone(), True))
            else:
                some = self._places if self.chance.random() < 0.2 else self._words  # noqa: PLR2004
                pieces.append((self.chance.choice(some), False))
            if self.chance.random() < 0.2:  # noqa: PLR2004  share
                pieces.append((self.chance.choice("，。、的了在是和：！“”"), False))
        return pieces
