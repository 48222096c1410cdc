"""https://c2sp.org/tlog-tiles: paths, partial tiles, entry bundles."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.frontier import Edge, Frontier
from ledger.domain.merkle import inclusion_proof, leaf_hash, root_of, verify_inclusion
from ledger.domain.tile import (
    ENTRIES,
    MOST_ENTRY_BYTES,
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

BOUNDARIES = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537]


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 1234067, 8), "tile/0/x001/x234/067.p/8"),
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 999, 1), "tile/1/999.p/1"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
    ],
)
def test_paths_are_written_and_read_as_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1234067", "tile/0/001/x234/067", "tile/00/000", "tile/64/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/08", "tile/0/x000/067", "tile/0/67", "tile/-1/000",
        "tile/0/000/", "tile/0/../000", "tile/data/000", "checkpoint", "", "tile/entries/000.p/",
    ],
)  # fmt: skip
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(TileError):
        Tile.parse(path)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    tiles = list(hash_tiles(70_000))
    assert sum(tile.level == 0 and tile.width == WIDTH for tile in tiles) == 273
    partial = {(tile.level, tile.index, tile.width) for tile in tiles if tile.width < WIDTH}
    assert partial == {(0, 273, 112), (1, 1, 17), (2, 0, 1)}
    assert sum(tile.level == 1 and tile.width == WIDTH for tile in tiles) == 1
    assert [tile.width for tile in entry_bundles(70_000)] == [WIDTH] * 273 + [112]


def test_a_tree_of_256_is_a_full_tile_and_a_tile_of_one_above() -> None:
    assert list(hash_tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]


@pytest.fixture(scope="module")
def tall() -> dict[int, tuple[Edge, dict[Tile, bytes]]]:
    """The edge and all tiles at each boundary, grown in one go."""
    leaves = leaves_of(BOUNDARIES[-1])
    states: dict[int, tuple[Edge, dict[Tile, bytes]]] = {}
    edge, full = Edge(), dict[Tile, bytes]()
    for size in BOUNDARIES:
        edge, filled = edge.extend(leaves[edge.size : size])
        full |= filled
        states[size] = edge, full | edge.partial_tiles()
    return states


@pytest.mark.parametrize("size", BOUNDARIES)
def test_at_the_boundaries_tiles_and_root_are_those_of_the_definition(
    size: int, tall: dict[int, tuple[Edge, dict[Tile, bytes]]]
) -> None:
    leaves = leaves_of(size)
    edge, tiles = tall[size]
    assert set(tiles) == set(hash_tiles(size))
    assert edge.root == root_of(leaves)
    for tile, data in tiles.items():
        span = WIDTH**tile.level
        start = tile.index * WIDTH
        expected = [root_of(leaves[n * span : (n + 1) * span])
                    for n in range(start, start + tile.width)]  # fmt: skip
        assert list(hashes_of(data)) == expected


@pytest.mark.parametrize("size", BOUNDARIES)
def test_at_the_boundaries_proofs_from_tiles_verify(
    size: int, tall: dict[int, tuple[Edge, dict[Tile, bytes]]]
) -> None:
    edge, tiles = tall[size]
    node = node_reader(size, tiles.__getitem__)
    for index in {0, size // 2, max(0, size - 2), size - 1}:
        path = inclusion_proof(index, size, node)
        verify_inclusion(leaf_hash(b"%d" % index), index, size, path, edge.root)


@given(st.lists(st.integers(0, 600), max_size=6))
def test_growing_in_any_steps_gives_the_same_files(steps: list[int]) -> None:
    entries = [b"entry %d" % number for number in range(sum(steps))]
    frontier, files = Frontier(), dict[Tile, bytes]()
    for start, step in zip(itertools.accumulate([0, *steps]), steps, strict=False):
        frontier, filled = frontier.extend(entries[start : start + step])
        files |= filled
    whole, at_once = Frontier().extend(entries)
    assert frontier == whole
    assert files | frontier.partial_files() == at_once | whole.partial_files()
    size = len(entries)
    assert set(at_once | whole.partial_files()) == {*hash_tiles(size), *entry_bundles(size)}


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entry_bundles_round_trip(entries: list[bytes]) -> None:
    assert unpack(pack(entries)) == tuple(entries)


def test_an_entry_of_the_greatest_length_fits_a_bundle() -> None:
    entry = b"x" * MOST_ENTRY_BYTES
    assert unpack(pack([entry])) == (entry,)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=10), st.data())
def test_a_bundle_cut_inside_an_entry_says_which(entries: list[bytes], data: st.DataObject) -> None:
    bundle = pack(entries)
    cut = data.draw(st.integers(1, len(bundle) - 1))
    whole = [n for n in range(len(entries)) if len(pack(entries[:n])) == cut]
    if whole:
        assert unpack(bundle[:cut]) == tuple(entries[: whole[0]])
    else:
        with pytest.raises(TileError) as caught:
            unpack(bundle[:cut])
        assert len(pack(entries[: caught.value.entry])) < cut


def test_a_tile_that_is_not_whole_hashes_is_refused() -> None:
    with pytest.raises(TileError):
        hashes_of(bytes(33))
    node = node_reader(256, lambda _: bytes(32 * 100))
    with pytest.raises(TileError, match="过短"):
        node(0, 100)
