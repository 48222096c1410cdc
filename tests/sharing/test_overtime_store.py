"""What the database remembers of releases: blocks by keyed tags, changed only by who read last."""

import pytest
import sqlalchemy as sa

from anonymize.overtime.blocks import Block, collisions, joined
from anonymize.overtime.views import ROWS
from kernel.runtime import Runtime
from sharing.store.overtime import Coalition, MovedError, read_coalition, read_known, write
from sharing.store.overtime_tables import pupil
from tests.sharing.request_world import run

TAGS = [number.to_bytes(16, "big") for number in range(40)]


async def add(runtime: Runtime, of: Coalition, classes: dict[bytes, object], name: str) -> None:
    known = await read_known(runtime, of, ROWS, classes)
    change = joined(known, classes, 10, name)
    await runtime.database.write(
        lambda connection: write(connection, of, {ROWS: change}, change.unused)
    )


def test_blocks_are_read_as_they_were_written(either_runtime: Runtime) -> None:
    async def story() -> None:
        of = await read_coalition(either_runtime, "all")
        await add(either_runtime, of, dict.fromkeys(TAGS[:30], "a"), "dis_1")
        of = await read_coalition(either_runtime, "all")
        await add(either_runtime, of, dict.fromkeys(TAGS[10:], "b"), "dis_2")
        of = await read_coalition(either_runtime, "all")
        known = await read_known(either_runtime, of, ROWS, TAGS)
        sizes = {tag: known.blocks[number] for tag, number in known.block_of.items()}
        assert [sizes[TAGS[place]] for place in (0, 10, 30)] == [
            Block(10, 10, "dis_2"), Block(20, 10, "dis_2"), Block(10, 10, "dis_2"),
        ]  # fmt: skip
        assert collisions(known, dict.fromkeys(TAGS[:11], "c"), 10)
        assert not collisions(known, dict.fromkeys(TAGS[10:30], "c"), 10)

    run(story())


def test_who_read_before_another_wrote_changes_nothing(either_runtime: Runtime) -> None:
    async def story() -> None:
        early = await read_coalition(either_runtime, "all")
        late = await read_coalition(either_runtime, "all")
        await add(either_runtime, early, dict.fromkeys(TAGS[:20], "a"), "dis_1")
        with pytest.raises(MovedError):
            await add(either_runtime, late, dict.fromkeys(TAGS[:10], "b"), "dis_2")
        now = await read_coalition(either_runtime, "all")
        assert now.version == early.version + 1
        known = await read_known(either_runtime, now, ROWS, TAGS)
        assert list(known.blocks.values()) == [Block(20, 10, "dis_1")]

    run(story())


def test_coalitions_know_a_pupil_by_different_tags(runtime: Runtime) -> None:
    async def story() -> None:
        all_of_them = await read_coalition(runtime, "all")
        one = await read_coalition(runtime, "recipient:x")
        assert all_of_them.tag(TAGS[0]) != one.tag(TAGS[0])
        assert (await read_coalition(runtime, "all")).tag(TAGS[0]) == all_of_them.tag(TAGS[0])
        await add(runtime, one, dict.fromkeys([one.tag(tag) for tag in TAGS], "a"), "dis_1")
        rows = await runtime.database.read(sa.select(pupil.c.tag))
        assert not {bytes(row.tag) for row in rows} & set(TAGS)

    run(story())
