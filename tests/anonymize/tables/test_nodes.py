"""Nodes as bits are ordered as their levels are."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anonymize.tables.nodes import Nodes, bits

HEIGHTS = st.lists(st.integers(1, 4), max_size=4) | st.just([70, 2]) | st.just([2, 200, 1])


@given(HEIGHTS, st.data())
def test_finer_is_no_higher_in_any_column(heights: list[int], data: st.DataObject) -> None:
    nodes = Nodes.of(heights)
    every = list(product(*map(range, heights)))
    assert [nodes.node(place) for place in range(len(every))] == every
    place = data.draw(st.integers(0, len(every) - 1))
    expected = [all(map(int.__le__, one, every[place])) for one in every]
    among = np.arange(len(every))
    assert nodes.finer(place, among).tolist() == expected
    assert nodes.finer_counts(among[[place]], among).tolist() == [sum(expected)]
    mine = bits(every[place], heights)
    assert [not bits(one, heights) & ~mine for one in every] == expected
