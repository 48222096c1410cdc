"""The pupil's page: who got what, how often, on what ground; and the way to say no."""

from pathlib import Path

import pytest

from kernel.errors import DeniedError
from kernel.principal import Role
from kernel.runtime import Runtime
from registry.usecases.view import view
from sharing.usecases.claims import release
from sharing.usecases.disclose import Written, close
from sharing.usecases.own_page import own_page, withdraw_own
from sharing.usecases.revoke_approval import revoke_approval
from tests.sharing.door_world import ADULT, open_door
from tests.sharing.release_site import CSRF, browser
from tests.sharing.request_world import run

ALL = frozenset({"*"})


def test_the_pupil_reads_who_got_what_when_first_how_often_and_on_what_ground(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil, other = await door.pupils(2, birth_date=ADULT)
            for one in (pupil, other):
                await door.agree(one)
                await release(door.services, door.client, one, ALL)
            await release(door.services, door.client, pupil, ALL)
            await release(door.services, door.client, pupil, frozenset({"grade"}))
            shown = await own_page(door.services, door.as_pupil(pupil))
            (line,) = shown.apps
            assert (line.recipient, line.app) == ("泉城学习科技有限公司", "泉城课堂")
            assert (line.times, line.first, line.consents) == (3, runtime.clock(), True)
            assert {title for title, _ in line.facts} == {"姓名", "年级"}
            assert any("姓氏" in sentence for _, sentence in line.facts)
            assert line.grounds == ("经历下区人民政府批准（历政字〔2026〕12号）提供",)

    run(story())


def test_what_was_void_is_not_told_as_having_left(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            await release(door.services, door.client, pupil, ALL)
            (row,) = await door.disclosures()
            await close(runtime, Written(row.id, row.entry_id, b"", b""), "void")
            (line,) = (await own_page(door.services, door.as_pupil(pupil))).apps
            assert (line.first, line.times, line.consents) == (None, 0, True)

    run(story())


def test_the_page_names_organisations_and_never_an_official(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            await release(door.services, door.client, pupil, ALL)
            registrar = door.land.registrar("school")
            await view(runtime, registrar, pupil, ("name",), "核对报名信息")
            async with browser(door, door.as_pupil(pupil)) as page:
                shown = await page.get("/me")
            assert shown.status_code == 200
            assert "泉城学习科技有限公司" in shown.text
            assert "历下区第一小学" in shown.text
            assert "核对报名信息" in shown.text
            officials = ("工作人员", "李区长", "赵负责", registrar.person_id, "某人</td>")
            assert [one for one in officials if one in shown.text] == []

    run(story())


def test_withdrawing_on_the_page_binds_at_once_and_shows(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil, other = await door.pupils(2, birth_date=ADULT)
            for one in (pupil, other):
                await door.agree(one)
                await release(door.services, door.client, one, ALL)
            async with browser(door, door.as_pupil(pupil)) as page:
                data = {"csrf": CSRF, "client_id": door.client.client_id}
                assert "撤回同意</button>" in (await page.get("/me")).text
                forged = await page.post("/me/withdraw", data={**data, "csrf": "x"})
                assert forged.status_code == 403
                assert (await page.post("/me/withdraw", data=data)).status_code == 303
                after = await page.get("/me?withdrawn=1")
                assert 'id="withdrawn"' in after.text
                assert "撤回同意</button>" not in after.text
            assert await release(door.services, door.client, pupil, ALL) == {}
            assert await release(door.services, door.client, other, ALL)

    run(story())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUPIL])
def test_nobody_but_a_pupil_has_an_own_page(runtime: Runtime, tmp_path: Path, role: Role) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            pupil = await door.pupil()
            caller = door.land.caller(role, "school", pupil)
            with pytest.raises(DeniedError):
                await own_page(door.services, caller)
            with pytest.raises(DeniedError):
                await withdraw_own(door.services, caller, door.client.client_id)

    run(story())


def test_the_public_list_shows_what_is_in_force_and_nobody_by_name(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door, browser(door, None) as page:
            assert "目前没有任何对外提供" in (await page.get("/public/recipients")).text
            approval_id = await door.approve()
            shown = (await page.get("/public/recipients")).text
            assert approval_id in shown
            assert "泉城学习科技有限公司" in shown
            assert [one for one in ("李区长", "赵负责", "工作人员") if one in shown] == []
            official = door.world.person("gov_county", Role.APPROVER)
            await revoke_approval(door.services, official, approval_id, "发现超范围使用")
            assert approval_id not in (await page.get("/public/recipients")).text

    run(story())
