"""In which file lies a hash or an entry? Tiles (https://c2sp.org/tlog-tiles)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.domain.merkle import HASH_BYTES

WIDTH = 256
"""Hashes in a full tile; entries in a full bundle."""
HEIGHT = 8
"""Tree levels in a tile: 2**8 = 256."""
ENTRIES = -1
"""The `level` of entry bundles."""
MOST_LEVEL = 63
MOST_ENTRY_BYTES = 65_535
_LENGTH_BYTES = 2
_PATH = re.compile(r"tile/([0-9]{1,2}|entries)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


class TileError(ValueError):
    """A path, tile or bundle is not of the form. `entry` is the first entry that does not fit."""

    def __init__(self, message: str, entry: int = 0) -> None:
        super().__init__(message)
        self.entry = entry


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One file: the `index`-th of its level, holding `width` hashes (or entries)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path under the log's prefix, such as `tile/0/x001/x234/067.p/12`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        index = f"{self.index % 1000:03d}"
        rest = self.index // 1000
        while rest:
            index = f"x{rest % 1000:03d}/{index}"
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index}{partial}"

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Return the tile of a path; raises TileError on any other spelling than `path` has."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise TileError(f"不是瓦片路径：{path}")
        level, index, width = match.groups()
        tile = cls(
            ENTRIES if level == "entries" else int(level),
            int(index.replace("x", "").replace("/", "")),
            WIDTH if width is None else int(width),
        )
        if tile.path != path or tile.level > MOST_LEVEL or not 1 <= tile.width <= WIDTH:
            raise TileError(f"瓦片路径写法不规范：{path}")
        return tile


def hash_tiles(size: int) -> Iterator[Tile]:
    """Yield all hash tiles of a tree, level by level, the partial one last in its level."""
    level = 0
    while size:
        yield from _row(level, size)
        size //= WIDTH
        level += 1


def entry_bundles(size: int) -> Iterator[Tile]:
    """Yield all entry bundles of a tree."""
    return _row(ENTRIES, size)


def _row(level: int, count: int) -> Iterator[Tile]:
    full, rest = divmod(count, WIDTH)
    for index in range(full):
        yield Tile(level, index)
    if rest:
        yield Tile(level, full, rest)


def hashes_of(tile: bytes) -> tuple[bytes, ...]:
    """Return the hashes in a tile; raises TileError if its length is not that of whole hashes."""
    if len(tile) % HASH_BYTES:
        raise TileError(f"瓦片长 {len(tile)} 字节，不是 32 的倍数", len(tile) // HASH_BYTES)
    return tuple(tile[i : i + HASH_BYTES] for i in range(0, len(tile), HASH_BYTES))


def pack(entries: Sequence[bytes]) -> bytes:
    """Return the bundle: each entry after its length in two big-endian bytes."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def unpack(bundle: bytes) -> tuple[bytes, ...]:
    """Return a bundle's entries; raises TileError, with the entry where reading ends."""
    entries: list[bytes] = []
    position = 0
    while position < len(bundle):
        start = position + _LENGTH_BYTES
        end = start + int.from_bytes(bundle[position:start], "big")
        if start > len(bundle) or end > len(bundle):
            raise TileError("条目包在条目中途结束", len(entries))
        entries.append(bundle[start:end])
        position = end
    return tuple(entries)
