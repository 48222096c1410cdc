"""How is any hash of the tree found in tiles?"""

from collections.abc import Callable
from functools import lru_cache

from ledger.domain.merkle import Node, node_hash
from ledger.domain.tile import HEIGHT, WIDTH, Tile, TileError, hashes_of

ReadTile = Callable[[Tile], bytes]
"""Returns a hash tile's bytes; a wider one, of which it is the beginning, will do."""


def node_reader(size: int, read: ReadTile) -> Node:
    """Return the tree's `node(level, index)`, read from the tiles of a log of at least that size.

    The node function raises TileError when a tile is too short, and what `read` raises.
    """

    def node(level: int, index: int) -> bytes:
        tile_level, inner = divmod(level, HEIGHT)
        number, position = divmod(index << inner, WIDTH)
        width = min(WIDTH, size // WIDTH**tile_level - number * WIDTH)
        tile = Tile(tile_level, number, width)
        rows = _rows(read(tile))
        if inner >= len(rows) or position >> inner >= len(rows[inner]):
            raise TileError(f"瓦片过短：{tile.path}", position)
        return rows[inner][position >> inner]

    return node


@lru_cache(maxsize=32)
def _rows(tile: bytes) -> tuple[tuple[bytes, ...], ...]:
    """Return the tile's hashes and, above them, the hashes of all perfect subtrees."""
    rows = [hashes_of(tile)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append(tuple(node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)))
    return tuple(rows)
