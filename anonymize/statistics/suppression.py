"""Which further cells must be hidden so that nobody recomputes a small one from the totals?

A published table is a circulation: every pupil flows row → column → total → row. An attacker who
knows the shown cells may shift pupils along any cycle of hidden ones; so the least and greatest
possible value of a hidden cell are two maximum flows, exact for whole numbers. Cells are hidden
until each small cell could have any of at least `threshold` values.
Source: complementary cell suppression as a network problem (Cox 1995; Castro 2012).
"""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_UNBOUNDED: Final = 10**18


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table as an edge. Totals have `dear=True`: they are hidden last."""

    tail: int
    head: int
    value: int
    dear: bool = False
    fixed: bool = False
    """Known to everybody (a total): it can be neither hidden nor shifted."""


def hidden_cells(cells: Sequence[Cell], threshold: int) -> frozenset[int]:
    """Return the positions of the cells that must not be shown: the small ones and their cover.

    Cells from 0 to threshold − 1 are small (a zero tells something of everybody in its row). The
    fixed cells must be at least the threshold, else there is nothing to hide behind.
    """
    small = [i for i, cell in enumerate(cells) if cell.value < threshold and not cell.fixed]
    network = _Network(cells, set(small))
    for target in small:
        while network.width(target, threshold - 1) < threshold - 1:
            network.hide_cheapest_cover(target, threshold - 1)
    return frozenset(network.hidden)


class _Network:
    """What an attacker can still shift. Arcs run forward (more in a cell) and back (fewer)."""

    def __init__(self, cells: Sequence[Cell], hidden: set[int]) -> None:
        self.hidden = hidden
        self._cells = cells
        self._up: list[int] = []
        self._down: list[int] = []
        self._at: dict[int, list[tuple[int, bool]]] = {}
        for i, cell in enumerate(cells):
            if not cell.fixed:
                self._at.setdefault(cell.tail, []).append((i, True))
                self._at.setdefault(cell.head, []).append((i, False))

    def width(self, target: int, enough: int) -> int:
        """Return how far apart the cell's least and greatest value are, counted up to `enough`.

        Leaves the shifts that add to the cell in place, for `hide_cheapest_cover`.
        """
        cell = self._cells[target]
        self._reset(target)
        fewer = self._flow(cell.tail, cell.head, min(cell.value, enough))
        self._reset(target)
        return fewer + self._flow(cell.head, cell.tail, enough - fewer)

    def hide_cheapest_cover(self, target: int, enough: int) -> None:
        """Hide the shown cells through which one more pupil can be shifted into the cell.

        Beside known totals a cell may have no room for more: then those for one fewer. Raises
        ValueError if there is nothing to hide behind.
        """
        cell = self._cells[target]
        if self._hide_path(cell.head, cell.tail):
            return
        self._reset(target)
        self._flow(cell.tail, cell.head, min(cell.value, enough))
        if not self._hide_path(cell.tail, cell.head):
            raise ValueError("a total is below the threshold")

    def _hide_path(self, start: int, goal: int) -> bool:
        best = {start: 0}
        came: dict[int, tuple[int, int]] = {}
        queue = [(0, start)]
        while queue:
            cost, node = heapq.heappop(queue)
            if cost > best[node]:
                continue
            for i, forward in self._at.get(node, ()):
                if self._capacity(i, forward=forward) == 0:
                    continue
                other = self._cells[i].head if forward else self._cells[i].tail
                price = cost + (0 if i in self.hidden else self._price(i))
                if price < best.get(other, _UNBOUNDED):
                    best[other] = price
                    came[other] = (node, i)
                    heapq.heappush(queue, (price, other))
        while goal in came:
            goal, i = came[goal]
            self.hidden.add(i)
        return goal == start

    def _reset(self, target: int) -> None:
        self._up = [_UNBOUNDED] * len(self._cells)
        self._down = [cell.value for cell in self._cells]
        # The cell itself is what is shifted: it is no way for the others.
        self._up[target] = self._down[target] = 0

    def _price(self, i: int) -> int:
        cell = self._cells[i]
        return (cell.value + 1) * (1000 if cell.dear else 1)

    def _flow(self, start: int, goal: int, limit: int) -> int:
        """Return the maximum flow over hidden cells up to the limit (Edmonds and Karp 1972)."""
        total = 0
        while total < limit and (path := self._path(start, goal)):
            step = min(limit - total, *(self._capacity(i, forward=f) for i, f in path))
            for i, forward in path:
                sign = 1 if forward else -1
                self._up[i] -= sign * step
                self._down[i] += sign * step
            total += step
        return total

    def _path(self, start: int, goal: int) -> list[tuple[int, bool]]:
        came: dict[int, tuple[int, tuple[int, bool]]] = {}
        queue = deque([start])
        while queue and goal not in came:
            node = queue.popleft()
            for i, forward in self._at.get(node, ()):
                other = self._cells[i].head if forward else self._cells[i].tail
                open_arc = i in self.hidden and self._capacity(i, forward=forward) > 0
                if open_arc and other not in came and other != start:
                    came[other] = (node, (i, forward))
                    queue.append(other)
        path = []
        while goal in came:
            goal, arc = came[goal]
            path.append(arc)
        return path

    def _capacity(self, i: int, *, forward: bool) -> int:
        return self._up[i] if forward else self._down[i]
