"""What must be remembered of a log to add to it? The right edge: each level's unfinished tile."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.domain.merkle import EMPTY_ROOT, leaf_hash, root_of
from ledger.domain.tile import ENTRIES, WIDTH, Tile, pack


@dataclass(frozen=True, slots=True)
class Edge:
    """The unfinished tile of each level: at most 255 hashes each; all else is in full tiles."""

    size: int = 0
    rows: tuple[tuple[bytes, ...], ...] = ()

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        below: bytes | None = None
        for row in self.rows:
            nodes = row if below is None else (*row, below)
            below = root_of(nodes) if nodes else below
        return EMPTY_ROOT if below is None else below

    def extend(self, leaves: Sequence[bytes]) -> tuple["Edge", dict[Tile, bytes]]:
        """Return the edge after these leaf hashes, and the tiles that they filled."""
        rows: list[tuple[bytes, ...]] = []
        filled: dict[Tile, bytes] = {}
        coming = list(leaves)
        level = 0
        while coming or level < len(self.rows):
            row = [*(self.rows[level] if level < len(self.rows) else ()), *coming]
            first = self.size // WIDTH ** (level + 1)
            coming = []
            for number in range(len(row) // WIDTH):
                hashes = row[number * WIDTH : (number + 1) * WIDTH]
                filled[Tile(level, first + number)] = b"".join(hashes)
                coming.append(root_of(hashes))
            rows.append(tuple(row[len(row) // WIDTH * WIDTH :]))
            level += 1
        return Edge(self.size + len(leaves), tuple(rows)), filled

    def partial_tiles(self) -> dict[Tile, bytes]:
        """Return the unfinished tiles as they are published for this size."""
        return {
            Tile(level, self.size // WIDTH ** (level + 1), len(row)): b"".join(row)
            for level, row in enumerate(self.rows)
            if row
        }


@dataclass(frozen=True, slots=True)
class Frontier:
    """The edge together with the entries of the unfinished bundle."""

    edge: Edge = Edge()
    tail: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """How many entries the log holds."""
        return self.edge.size

    def extend(self, entries: Sequence[bytes]) -> tuple["Frontier", dict[Tile, bytes]]:
        """Return the frontier after these entries, and the tiles and bundles that they filled."""
        edge, filled = self.edge.extend([leaf_hash(entry) for entry in entries])
        held = (*self.tail, *entries)
        first = self.size // WIDTH
        for number in range(len(held) // WIDTH):
            bundle = held[number * WIDTH : (number + 1) * WIDTH]
            filled[Tile(ENTRIES, first + number)] = pack(bundle)
        return Frontier(edge, held[len(held) // WIDTH * WIDTH :]), filled

    def partial_files(self) -> dict[Tile, bytes]:
        """Return the unfinished tiles and the unfinished bundle, as published for this size."""
        files = self.edge.partial_tiles()
        if self.tail:
            files[Tile(ENTRIES, self.size // WIDTH, len(self.tail))] = pack(self.tail)
        return files
