"""Do all tiles and entry bundles give the root that the checkpoint signs, and if not, where?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ledger.domain.checkpoint import Checkpoint
from ledger.domain.frontier import Edge
from ledger.domain.merkle import HASH_BYTES, leaf_hash, span_hash
from ledger.domain.tile import (
    ENTRIES,
    WIDTH,
    Tile,
    TileError,
    entry_bundles,
    hash_tiles,
    hashes_of,
    pack,
    unpack,
)
from ledger.domain.tree import node_reader
from ledger.verify.report import Fault
from ledger.verify.sources import Source, SourceError

MISSING_HASH = bytes(HASH_BYTES)
"""Stands for a hash that is not there, so that the places after it can still be looked at."""


@dataclass(frozen=True, slots=True)
class LogFiles:
    """The files of a log below a prefix: `log/` in a bundle, empty for a bare directory.

    A bare directory may be that of a running log: of a full tile, the first part counts as the
    partial one, and files beyond the checkpoint are passed over.
    """

    source: Source
    prefix: str
    checkpoint: Checkpoint

    @property
    def is_bare(self) -> bool:
        """Tell whether this is a log alone, not a bundle with a manifest."""
        return not self.prefix

    def read(self, tile: Tile) -> bytes:
        """Return a tile's or bundle's bytes; raises SourceError."""
        path = self.prefix + tile.path
        full = self.prefix + Tile(tile.level, tile.index).path
        if not self.is_bare or path in self.source.names or full not in self.source.names:
            return self.source.read(path)
        return _cut(self.source.read(full), tile)

    def entries(self, number: int) -> tuple[bytes, ...]:
        """Return the entries of a bundle; raises SourceError or TileError."""
        width = min(WIDTH, self.checkpoint.size - number * WIDTH)
        return unpack(self.read(Tile(ENTRIES, number, width)))

    def root_at(self, size: int) -> bytes:
        """Return the root that the log had at a smaller size; raises SourceError or TileError."""
        read = lru_cache(maxsize=16)(self.read)
        return span_hash(node_reader(self.checkpoint.size, read), 0, size)


def check_tree(log: LogFiles) -> list[Fault]:
    """Return every place where files, entries and the signed root disagree."""
    faults = list(_unexpected(log))
    root, differing = _climb(log, lambda bundle: _leaves(log, bundle)[0])
    if root == log.checkpoint.root:
        # The entries are what was signed, so a tile that differs is the altered file.
        return faults + differing + [f for b in _bundles(log) for f in _leaves(log, b)[1]]
    root, above = _climb(log, lambda bundle: _stored(log, bundle))
    if root == log.checkpoint.root:
        # The leaf hashes are what was signed, so an entry that differs is the altered one.
        return faults + above + [f for bundle in _bundles(log) for f in _altered(log, bundle)]
    place = f"{log.prefix}checkpoint"
    message = (
        "树根与条目、瓦片都不符：日志被改写、分叉或截断 "
        "(the root fits neither entries nor tiles: rewritten, forked or truncated)"
    )
    return [*faults, Fault(place, message), *differing]


def _bundles(log: LogFiles) -> Iterator[Tile]:
    return entry_bundles(log.checkpoint.size)


def _climb(log: LogFiles, leaves: Callable[[Tile], list[bytes]]) -> tuple[bytes, list[Fault]]:
    """Return the root over these leaves, and a fault for each tile that differs on the way."""
    edge, faults = Edge(), []
    for bundle in _bundles(log):
        edge, filled = edge.extend(leaves(bundle))
        faults += [f for tile, data in filled.items() for f in _compare(log, tile, data)]
    for tile, data in edge.partial_tiles().items():
        faults += _compare(log, tile, data)
    return edge.root, faults


def _compare(log: LogFiles, tile: Tile, expected: bytes) -> Iterator[Fault]:
    place = log.prefix + tile.path
    try:
        found = log.read(tile)
    except SourceError as error:
        yield Fault(place, str(error))
        return
    if found != expected:
        pairs = enumerate(zip(found, expected, strict=False))
        byte = next((n for n, (a, b) in pairs if a != b), min(len(found), len(expected)))
        first = (tile.index * WIDTH + byte // HASH_BYTES) * WIDTH**tile.level
        what = f"条目 {first}" if tile.level == 0 else f"条目 {first} 起的子树"
        yield Fault(
            place, f"第 {byte} 字节起不符，属于{what}的哈希 (byte {byte}, entry index {first})"
        )


def _leaves(log: LogFiles, bundle: Tile) -> tuple[list[bytes], list[Fault]]:
    """Return the hashes of a bundle's entries, as many as there should be, and its own faults."""
    place = log.prefix + bundle.path
    faults = []
    entries: tuple[bytes, ...] = ()
    try:
        entries = unpack(log.read(bundle))
    except SourceError as error:
        faults.append(Fault(place, str(error)))
    except TileError as error:
        index = bundle.index * WIDTH + error.entry
        faults.append(Fault(place, f"条目 {index} 处{error} (entry index {index})"))
    else:
        if len(entries) != bundle.width:
            faults.append(Fault(place, f"应有 {bundle.width} 条，实有 {len(entries)} 条 (count)"))
    hashes = [leaf_hash(entry) for entry in entries[: bundle.width]]
    return hashes + [MISSING_HASH] * (bundle.width - len(hashes)), faults


def _stored(log: LogFiles, bundle: Tile) -> list[bytes]:
    """Return the leaf hashes as the level-0 tile has them."""
    try:
        hashes = hashes_of(log.read(Tile(0, bundle.index, bundle.width)))
    except (SourceError, TileError):
        hashes = ()
    return [*hashes, *[MISSING_HASH] * bundle.width][: bundle.width]


def _altered(log: LogFiles, bundle: Tile) -> Iterator[Fault]:
    hashes, faults = _leaves(log, bundle)
    stored = _stored(log, bundle)
    place = log.prefix + bundle.path
    for position in range(bundle.width):
        if hashes[position] != stored[position]:
            index = bundle.index * WIDTH + position
            yield Fault(place, f"条目 {index} 已被改动 (entry index {index} altered)")
            break
    yield from faults


def _unexpected(log: LogFiles) -> Iterator[Fault]:
    """Find files among the tiles that the checkpoint's size does not explain."""
    size = log.checkpoint.size
    expected = {t.path for t in (*hash_tiles(size), *entry_bundles(size))}
    for name in sorted(log.source.names):
        path = name.removeprefix(log.prefix)
        if not name.startswith(f"{log.prefix}tile/") or path in expected:
            continue
        if not log.is_bare or not _is_explained(log, path):
            yield Fault(name, "多余或与日志不符的文件 (unexpected file)")


def _is_explained(log: LogFiles, path: str) -> bool:
    """Tell whether a file of a running log is an earlier partial tile, or lies past the end."""
    try:
        tile = Tile.parse(path)
        count = log.checkpoint.size // WIDTH ** max(tile.level, 0)
        if tile.index * WIDTH + tile.width > count:
            return True
        whole = Tile(tile.level, tile.index, min(WIDTH, count - tile.index * WIDTH))
        return _cut(log.read(whole), tile) == log.source.read(path)
    except (TileError, SourceError):
        return False


def _cut(data: bytes, tile: Tile) -> bytes:
    if tile.level == ENTRIES:
        return pack(unpack(data)[: tile.width])
    return data[: tile.width * HASH_BYTES]
