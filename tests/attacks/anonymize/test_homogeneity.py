"""Homogeneity: who is known to be in a class of one health is known to have it."""

import pytest

from tests.attacks.anonymize.cohort import ALGORITHMS, cohort, released, secrets_by_class


def told(algorithm: str, k: int = 5, **model: object) -> float:
    """Return the share of rows in classes of a single health."""
    classes = secrets_by_class(released(cohort(20_000), algorithm, k, **model).table).values()
    rows = sum(map(len, classes))
    return sum(len(values) for values in classes if len(set(values)) == 1) / rows


@pytest.mark.parametrize("algorithm", ["optimal", "mondrian"])
def test_k_alone_tells_the_health_of_some(algorithm: str) -> None:
    """The control: 60 % are healthy, so a class of five is healthy throughout one time in 13."""
    assert told(algorithm) > 0


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "model",
    [
        {"kind": "distinct", "l": 2},
        {"kind": "entropy", "l": 1.5},
        {"kind": "recursive", "l": 2, "c": 3},
    ],
)
def test_with_l_nobody_is_in_a_class_of_one_health(
    algorithm: str, model: dict[str, object]
) -> None:
    assert told(algorithm, l=model) == 0
