"""Runs in Anonymeter's environment: the risks that it finds in each release it is asked about."""

import json
import logging
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # of Anonymeter's environment
from anonymeter.evaluators import (  # type: ignore[import-not-found]  # of its environment
    InferenceEvaluator,
    LinkabilityEvaluator,
    SinglingOutEvaluator,
)

warnings.simplefilter("ignore")  # that an attack is no better than chance is what we hope for
logging.disable(logging.CRITICAL)  # that few queries were found, too: it counts in our favour


def risks(question: dict[str, Any], told: pd.DataFrame) -> dict[str, list[float]]:
    """Return each attack's (risk, lower end, upper end), 95 %, in excess of the control's."""
    np.random.seed(1)  # noqa: NPY002  Anonymeter draws from the global generator
    people, strangers = pd.DataFrame(question["people"]), pd.DataFrame(question["strangers"])
    known, secret, sides = question["known"], question["secret"], question["sides"]
    singling = {"n_attacks": 150, "max_attempts": 14_000, "seed": 1, "control": strangers}
    done = {
        "singling out by one column": SinglingOutEvaluator(people, told, **singling).evaluate(
            mode="univariate"
        ),
        "singling out by four columns": SinglingOutEvaluator(
            people, told, n_cols=4, **singling
        ).evaluate(mode="multivariate"),
        "linkability": LinkabilityEvaluator(
            people, told, aux_cols=sides, n_attacks=500, control=strangers
        ).evaluate(n_jobs=1),
        "inference": InferenceEvaluator(
            people, told, aux_cols=known, secret=secret, n_attacks=len(people), control=strangers
        ).evaluate(n_jobs=1),
    }
    found = {name: attack.risk() for name, attack in done.items()}
    return {name: [float(risk.value), *map(float, risk.ci)] for name, risk in found.items()}


question = json.load(sys.stdin)
answers = {name: risks(question, pd.DataFrame(told)) for name, told in question["told"].items()}
print(json.dumps(answers))  # noqa: T201  the answer
