"""The same finders as presidio recognizers: the slow reference that the scan must equal. Heavy.

presidio ships nothing for China; its own recognizers, which know no Chinese number, stay out, and
so does any model: spaCy's blank Chinese tokenizer is all the language it gets. Nothing reaches for
the network. Words of context are the judges' business: presidio's enhancer compares them with
tokens, and here a token is one character.
"""

import re
from typing import Any

import spacy
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import SlimSpacyNlpEngine
from typing_extensions import override

from anonymize.text.findings import Hit, resolve
from anonymize.text.folding import fold
from anonymize.text.rule import DOUBTFUL, Finder, Rule
from anonymize.text.scan import FINDERS

_LANGUAGE = "zh"


class RuleRecognizer(PatternRecognizer):
    """A rule whose pattern presidio matches and whose judge decides place and score."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(
            supported_entity=rule.kind,
            supported_language=_LANGUAGE,
            patterns=[Pattern(rule.kind.lower(), rule.pattern, DOUBTFUL)],
            global_regex_flags=re.DOTALL,
        )
        self._rule = rule

    @override
    def analyze(self, text: str, entities: Any, *args: Any, **kwargs: Any) -> list[Any]:
        matched: list[Any] = super().analyze(text, entities, *args, **kwargs)
        places = sorted((result.start, result.end) for result in matched)
        return [_result(self, span) for span in self._rule.judged(text, places)]


class FinderRecognizer(EntityRecognizer):
    """Any other finder (persons: rules and a model)."""

    def __init__(self, finder: Finder) -> None:
        super().__init__(supported_entities=[finder.kind], supported_language=_LANGUAGE)
        self._finder = finder

    @override
    def load(self) -> None:
        """Nothing: the finder loads what it needs."""

    @override
    def analyze(self, text: str, entities: Any, nlp_artifacts: Any) -> list[Any]:
        return [_result(self, span) for span in self._finder.find(text)]


def _result(recognizer: Any, span: tuple[int, int, float]) -> Any:  # noqa: ANN401  untyped there
    start, end, score = span
    return RecognizerResult(recognizer.supported_entities[0], start, end, score)


class _BlankChinese(SlimSpacyNlpEngine):
    """spaCy's blank Chinese tokenizer. Asked for `zh` the parent would download a model instead."""

    def __init__(self) -> None:
        super().__init__(models=[], auto_download=False, generic_tokenizer="blank")
        self.models = []

    @override
    def load(self) -> None:
        self.nlp = {_LANGUAGE: spacy.blank(_LANGUAGE)}  # type: ignore[assignment] # presidio says None


def recognizers(finders: tuple[Finder, ...] = FINDERS) -> list[EntityRecognizer]:
    """Return the finders as recognizers, for a registry of presidio's."""
    return [
        RuleRecognizer(one) if isinstance(one, Rule) else FinderRecognizer(one) for one in finders
    ]


def engine(finders: tuple[Finder, ...] = FINDERS) -> AnalyzerEngine:
    """Return a stock AnalyzerEngine (context enhancer on) with our recognizers and no model."""
    blank = _BlankChinese()
    blank.load()
    registry = RecognizerRegistry(recognizers=recognizers(finders), supported_languages=[_LANGUAGE])
    return AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=[_LANGUAGE])


def analyze(analyzer: AnalyzerEngine, text: str) -> list[Hit]:
    """Return what the engine finds in one text, overlaps resolved as by the scan."""
    found = analyzer.analyze(text=fold(text), language=_LANGUAGE)
    return resolve(Hit(one.start, one.end, one.entity_type, one.score) for one in found)
