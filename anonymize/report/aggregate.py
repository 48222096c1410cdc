"""What do the losses of several columns come to? Plain Python: pages reckon with it too."""

import math
from collections.abc import Mapping

DIGITS = 12


def aggregate(losses: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the loss of all columns: the weighted geometric mean of 1 + loss, less 1.

    A column of no weight named counts 1 (docs/adr/0005-plan-version-2.md).
    """
    total = math.fsum(weights.get(name, 1.0) for name in losses)
    if not total:
        return 0.0
    logs = math.fsum(weights.get(name, 1.0) * math.log1p(loss) for name, loss in losses.items())
    return round(math.expm1(logs / total), DIGITS)
