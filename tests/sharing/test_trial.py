"""The trial of stricter forms: figures only, nothing weaker than policy, on record."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.errors import ConflictError, DeniedError, InvalidError
from kernel.runtime import Runtime
from registry.store.tables import access
from sharing.approvals.usecases.frozen_report import frozen_report
from sharing.approvals.usecases.make_preview import make_preview
from sharing.requests.domain.request_state import State
from sharing.requests.domain.scope import Bounds
from sharing.requests.store.attachments import select_list
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.authorize import REVIEW
from sharing.tables.usecases.try_table import Wanted, room, try_table
from tests.sharing.door_world import ADULT, Door, Wish, open_door
from tests.sharing.request_world import Answer, run

FIELDS = {"sex": "keep", "birth_date": "generalize:birth_date:year", "grade": "keep"}
BOUNDS = Bounds(most_rows=1000, least_k=10, highest_risk=0.1)
Story = Callable[[Door, DataRequest], Awaitable[None]]


def tell(runtime: Runtime, folder: Path, story: Story, deliveries: tuple[str, ...] = ("file",)) -> None:  # fmt: skip # noqa: E501
    """Have 24 pupils in two classes of 12 asked for, and the data request before the reviewer."""

    async def whole() -> None:
        async with open_door(runtime, folder) as door:
            await door.other_recipient("university", "泉城大学")
            await door.pupils(12, grade="05", sex="1", birth_date=ADULT)
            await door.pupils(12, grade="06", sex="2", birth_date=ADULT)
            form: dict[str, Answer] = {"deliveries": list(deliveries), "basis": "statutory_duty"}
            await story(
                door, await door.submitted(Wish("education_research", FIELDS, form, BOUNDS))
            )

    run(whole())


def test_a_larger_k_and_coarser_forms_are_measured(runtime: Runtime, tmp_path: Path) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        reviewer = door.world.reviewer()
        as_asked = await try_table(door.services, reviewer, request, REVIEW, Wanted(10, {}))
        assert as_asked["least_k"] == 12
        coarser = Wanted(20, {"sex": 1, "grade": 2})
        found = await try_table(door.services, reviewer, request, REVIEW, coarser)
        assert (found["required_k"], found["least_k"], found["rows_out"]) == (20, 24, 24)
        assert found["utility"]["loss"]["by_column"]["sex"] == 1
        assert found["utility"]["loss"]["all"] > as_asked["utility"]["loss"]["all"]
        assert found["risk"]["prosecutor"]["most"] < as_asked["risk"]["prosecutor"]["most"]

    tell(runtime, tmp_path, story)


def test_a_k_that_cannot_be_reached_is_told_with_its_figures(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        with pytest.raises(InvalidError, match=r"达不到 k=13.*24 行"):
            await try_table(door.services, door.world.reviewer(), request, REVIEW, Wanted(13, {}))

    tell(runtime, tmp_path, story)


@pytest.mark.parametrize(
    "wanted",
    [Wanted(9, {}), Wanted(101, {}), Wanted(10, {"sex": -1}), Wanted(10, {"sex": 2}),
     Wanted(10, {"domicile": 0})],
)  # fmt: skip
def test_a_trial_weakens_nothing(runtime: Runtime, tmp_path: Path, wanted: Wanted) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        with pytest.raises(InvalidError):
            await try_table(door.services, door.world.reviewer(), request, REVIEW, wanted)
        assert await looks(door) == []

    tell(runtime, tmp_path, story)


def test_a_trial_of_nothing_at_all_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        choices = room(door.services.policy, request).choices
        nothing = Wanted(10, {one.field: len(one.forms) - 1 for one in choices})
        with pytest.raises(InvalidError, match="没有剩下"):
            await try_table(door.services, door.world.reviewer(), request, REVIEW, nothing)

    tell(runtime, tmp_path, story)


def test_the_sliders_begin_at_what_policy_and_request_allow(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        limits = room(door.services.policy, request)
        assert limits.least_k == door.services.policy.k("education_research")
        forms = {choice.field: choice.forms for choice in limits.choices}
        assert forms["birth_date"][0] == "generalize:birth_date:year"
        assert "keep" not in forms["birth_date"]
        assert "generalize:birth_date:month" not in forms["birth_date"]
        assert all(one[-1] == "drop" for one in forms.values())

    tell(runtime, tmp_path, story)


def test_each_trial_is_on_record_before_it_is_made_and_names_no_pupil(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        reviewer = door.world.reviewer()
        for _ in range(2):
            await try_table(door.services, reviewer, request, REVIEW, Wanted(10, {}))
        rows = await looks(door)
        assert [(row.person_id, row.kind) for row in rows] == [(reviewer.person_id, "preview")] * 2
        assert set(rows[0].fields) == set(FIELDS)
        assert request.id in rows[0].reason
        assert "试算" in rows[0].reason

    tell(runtime, tmp_path, story)


def test_only_who_may_take_the_station_may_try(runtime: Runtime, tmp_path: Path) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        world = door.world
        for stranger in (world.developer(), world.approver(), world.reviewer("school")):
            with pytest.raises(DeniedError):
                await try_table(door.services, stranger, request, REVIEW, Wanted(10, {}))
        elsewhere = replace(request, state=State.RETURNED)
        with pytest.raises(ConflictError):
            await try_table(door.services, world.reviewer(), elsewhere, REVIEW, Wanted(10, {}))
        assert await looks(door) == []

    tell(runtime, tmp_path, story)


def test_without_a_table_there_is_nothing_to_try(runtime: Runtime, tmp_path: Path) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        with pytest.raises(ConflictError, match="不提供表格"):
            room(door.services.policy, request)

    tell(runtime, tmp_path, story, ("counts",))


def test_a_trial_leaves_nothing_behind_and_the_preview_as_it_was(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story(door: Door, request: DataRequest) -> None:
        reviewer = door.world.reviewer()
        preview = await make_preview(door.services, reviewer, request)
        seen = await door.world.load(request.id)
        before = await runtime.database.read(select_list(request.id))
        await try_table(door.services, reviewer, seen, REVIEW, Wanted(12, {}))
        assert await runtime.database.read(select_list(request.id)) == before
        assert await door.world.load(request.id) == seen
        report = await frozen_report(door.services, seen)
        assert report == preview.report
        assert preview.document["report"].startswith("sha256:")
        assert report["required_k"] == 10
        threshold = report["risk"]["threshold"]
        assert threshold["value"] == 0.1
        assert threshold["owner"] == door.services.policy.privacy.owner

    tell(runtime, tmp_path, story)


async def looks(door: Door) -> list[sa.Row[tuple[object, ...]]]:
    statement = sa.select(access).where(access.c.reason.contains("试算"))
    return list(await door.runtime.database.read(statement))
