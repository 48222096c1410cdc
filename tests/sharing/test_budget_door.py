"""Counts with noise through the whole door: approved by form, paid before they are drawn."""

import copy
import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import policies
from anonymize.plan.epsilon import NANO
from kernel.errors import InvalidError
from kernel.ids import DataRequestId
from kernel.runtime import Runtime
from policies import Policy
from sharing.requests.domain.scope import Bounds
from sharing.requests.store.attachments import open_row, select_kind
from sharing.tables.domain.budget import BudgetSpentError
from sharing.tables.store.budget_tables import budget
from sharing.tables.usecases.answer_again import TableRelease
from sharing.tables.usecases.draw_noise import noise_of
from sharing.tables.usecases.release_table import release_table
from tests.sharing.door_world import Door, Wish, open_door
from tests.sharing.request_world import POLICY, run
from tests.sharing.test_door_files import unpacked

PURPOSE = "government_statistics"
WISH = Wish(
    PURPOSE,
    {"sex": "keep", "orphan": "keep"},
    {"deliveries": ["counts"], "basis": "statutory_duty"},
    Bounds(1000, 20, 0.05),
)


def policy(*, noise: bool = True, **amounts: float) -> Policy:
    document: dict[str, Any] = copy.deepcopy(dict(POLICY.document))
    document["purposes"]["purposes"][PURPOSE]["noise"] = noise
    document["privacy"]["noise"] |= amounts
    return policies.parse(document)


def held_to(door: Door, changed: Policy) -> None:
    door.world.services = replace(door.services, policy=changed)
    previews = door.services.preview
    previews.services = door.world.services  # type: ignore[attr-defined]  # the real one


async def spent(door: Door) -> int:
    rows = await door.runtime.database.read(sa.select(budget.c.spent))
    return sum(row.spent for row in rows)


async def previewed(door: Door, request_id: DataRequestId) -> dict[str, Any]:
    """Return the newest frozen preview of the request."""
    (row, *_) = await door.runtime.database.read(select_kind(request_id, "preview"))
    document: dict[str, Any] = json.loads(open_row(door.runtime.keyring, row).content)
    return document


def told(released: TableRelease) -> dict[tuple[str, ...], list[str]]:
    text = unpacked(released)["data.csv"].decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["是否孤儿", "性别", "人数", "下限（95%）", "上限（95%）"]
    return {tuple(row[:2]): row[2:] for row in rows}


async def county(door: Door) -> None:
    """Fifteen boys, and two girls without parents; the recipient is a statistics bureau."""
    held_to(door, policy(epsilon=0.5, budget=0.9))
    await door.other_recipient("statistics_bureau", "历下区统计局")
    await door.pupils(15, sex="1", grade="06", orphan="0")
    await door.pupils(2, sex="2", grade="06", orphan="1")


def test_a_preview_shows_the_form_and_spends_nothing(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await county(door)
            request_id = await door.request_of(await door.approve(WISH))
            seen = await previewed(door, request_id)
            assert {cell for line in seen["sample"] for cell in line[2:]} == {"*"}
            assert "ε=0.5" in seen["notes"][0]
            assert "不超过 6" in seen["notes"][0]
            assert "上限 ε=0.9，还剩 0.9；首次取用扣 0.5" in seen["notes"][1]
            assert "余额不足" not in seen["notes"][1]
            assert seen["k"] is None
            assert await spent(door) == 0

    run(story())


def test_a_release_pays_once_and_its_answer_stands(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await county(door)
            request_id = await door.request_of(await door.approve(WISH))
            developer = door.world.developer()
            answer = told(await release_table(door.services, developer, request_id))
            assert {sex for _, sex in answer} == {"1", "2", "其他"}  # nobody is 其他
            assert {orphan for orphan, _ in answer} == {"0", "1", "其他"}
            assert abs(int(answer["0", "1"][0]) - 15) < 60
            assert await spent(door) == NANO // 2
            await door.pupils(1, sex="1", grade="06", orphan="1")  # who must not be noticed
            for _ in range(2):
                again = await release_table(door.services, developer, request_id)
                assert told(again) == answer
            assert await spent(door) == NANO // 2

    run(story())


def test_no_record_of_a_noisy_release_tells_how_many_pupils_there_were(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await county(door)
            request_id = await door.request_of(await door.approve(WISH))
            files = unpacked(await release_table(door.services, door.world.developer(), request_id))
            assert json.loads(files["report.json"])["rows_in"] is None
            assert json.loads(files["entry.json"])["rows"] == 0
            (entry,) = await door.entries()
            assert (entry["rows"], entry["label"], entry["delivery"]) == (0, "匿名化", "counts")
            assert [one.rows for one in await door.disclosures()] == [0]

    run(story())


def test_what_the_budget_does_not_hold_is_refused_with_a_trace(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await county(door)
            developer = door.world.developer()
            request_id = await door.request_of(await door.approve(WISH))
            await release_table(door.services, developer, request_id)
            other = replace(WISH, fields={"only_child": "keep"})
            request_id = await door.request_of(await door.approve(other))
            (_, told_before, *_) = (await previewed(door, request_id))["notes"]
            assert "还剩 0.4；首次取用扣 0.5" in told_before
            assert "余额不足" in told_before
            with pytest.raises(BudgetSpentError, match=r"需要 ε=0\.5，上限 0\.9，还剩 0\.4"):
                await release_table(door.services, developer, request_id)
            assert await spent(door) == NANO // 2
            assert len(await door.disclosures()) == 1
            assert [one["codes"] for one in await door.entries("refusal")] == [["budget"]]

    run(story())


def test_a_field_without_a_closed_list_is_refused_before_anybody_approves(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            held_to(door, policy())
            await door.other_recipient("statistics_bureau", "历下区统计局")
            await door.pupils(30, grade="06")
            with pytest.raises(InvalidError, match="没有封闭的取值清单"):
                await door.approve(replace(WISH, fields={"commute_distance": "keep"}))

    run(story())


def test_no_purpose_has_noise_unless_the_policy_says_so() -> None:
    assert not any(purpose.noise for purpose in POLICY.purposes.values())
    assert noise_of((POLICY, POLICY), PURPOSE) is None


def test_the_stricter_of_two_policies_holds() -> None:
    signed, current = policy(epsilon=0.2, budget=2.0), policy(epsilon=0.1, budget=3.0)
    found = noise_of((current, signed), PURPOSE)
    assert found is not None
    assert (found.epsilon, found.budget) == (NANO // 10, 2 * NANO)


def test_another_way_of_protection_than_was_signed_is_refused() -> None:
    for held in ((policy(), POLICY), (POLICY, policy())):
        with pytest.raises(InvalidError, match="保护方式"):
            noise_of(held, PURPOSE)


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ({"epsilon": 0.0}, "0 < epsilon"),
        ({"epsilon": 4.0}, "0 < epsilon"),
        ({"budget": 11.0}, "0 < epsilon"),
        ({"epsilon": 1e-10}, "九位小数"),
        ({"days": 0}, "至少保持一天"),
        ({"dayz": 1}, "未知的键"),
        ({"values": {"nobody": {"keep": ["1"]}}}, "字段目录的字段"),
        ({"values": {"sex": {"keep": ["1", "1"]}}}, "字段目录的字段"),
    ],
    ids=str,
)
def test_a_faulty_noise_section_stops_the_start(amounts: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        policy(**amounts)


def test_noise_is_for_anonymous_counts_and_needs_its_section() -> None:
    document: dict[str, Any] = copy.deepcopy(dict(POLICY.document))
    document["purposes"]["purposes"]["class_rostering"]["noise"] = True
    with pytest.raises(InvalidError, match="匿名化用途"):
        policies.parse(document)
    document = copy.deepcopy(dict(POLICY.document))
    document["purposes"]["purposes"][PURPOSE]["noise"] = True
    del document["privacy"]["noise"]
    with pytest.raises(InvalidError, match="没有 noise 部分"):
        policies.parse(document)
