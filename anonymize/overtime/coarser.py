"""Which coarser forms are tried when a release may not join as it is? The least coarse first."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product


def coarser(ladders: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """Yield all choices of forms but the first: fewest steps in all, then in order of names.

    A ladder begins with the form that is asked and goes on to ever coarser ones. Choices are as
    many as the product of the ladders' lengths; the caller stops when one fits or it has had
    enough.
    """
    names = sorted(ladders)
    heights = [range(len(ladders[name])) for name in names]
    by_steps = sorted(product(*heights), key=lambda steps: (sum(steps), steps))
    for steps in by_steps[1:]:
        yield {name: ladders[name][step] for name, step in zip(names, steps, strict=True)}
