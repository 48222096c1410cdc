"""Separation of powers: who may make, seal and see which accounts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from identity.accounts.domain.new_account import StaffAccount
from identity.accounts.usecases.add_certificate import add_certificate
from identity.accounts.usecases.create_account import create_account
from identity.accounts.usecases.enrol_key import enrol_key
from identity.accounts.usecases.find_pupil_account import find_pupil_account
from identity.accounts.usecases.install_account import install_account
from identity.accounts.usecases.issue_pupil_account import issue_pupil_account
from identity.accounts.usecases.issued import Wanted
from identity.accounts.usecases.list_accounts import list_accounts
from identity.accounts.usecases.reissue_password import reissue_password
from identity.accounts.usecases.revoke_key import revoke_key
from identity.accounts.usecases.seal_account import seal_account, unseal_account
from identity.accounts.usecases.security_events import security_events
from identity.accounts.usecases.services import AccountServices
from identity.accounts.usecases.signing_keys import own_keys
from kernel.errors import ConflictError, DeniedError, InvalidError, MissingError, XueyinError
from kernel.ids import AccountId, OrgId, PersonId, RecipientId, StudentId
from kernel.principal import Principal, Role
from tests.identity.accounts.people import (
    BUREAU,
    GOVERNMENT,
    PASSWORD,
    RECIPIENT,
    SCHOOL,
    enter,
    hire,
)

REVIEWER = StaffAccount("li.si", "李四", frozenset({Role.REVIEWER}), BUREAU)


def test_an_administrator_makes_an_account_whose_holder_chooses_the_password(
    services: AccountServices,
) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        issued = await create_account(services, administrator, REVIEWER)
        assert (await enter(services, "li.si", issued.password)).must_change
        with pytest.raises(ConflictError):
            await create_account(services, administrator, REVIEWER)

    asyncio.run(story())


BAD = [
    (replace(REVIEWER, username="Li Si"), "username"),
    (replace(REVIEWER, username="ｌisi"), "username"),
    (replace(REVIEWER, username="li\nsi"), "username"),
    (replace(REVIEWER, display_name=""), "display_name"),
    (replace(REVIEWER, display_name="李\u202e四"), "display_name"),
    (replace(REVIEWER, roles=frozenset()), "roles"),
    (replace(REVIEWER, roles=frozenset({Role.PUPIL})), "roles"),
    (replace(REVIEWER, roles=frozenset({Role.CLIENT})), "roles"),
    (replace(REVIEWER, roles=frozenset({Role.REVIEWER, Role.APPROVER})), "roles"),
    (replace(REVIEWER, roles=frozenset({Role.REVIEWER, Role.ADMINISTRATOR})), "roles"),
    (replace(REVIEWER, roles=frozenset({Role.REGISTRAR, Role.AUDITOR})), "roles"),
    (replace(REVIEWER, org_id=None), "org_id"),
    (replace(REVIEWER, org_id=OrgId("org_elsewhere")), "org_id"),
    (replace(REVIEWER, recipient_id=RECIPIENT), "recipient_id"),
    (replace(REVIEWER, roles=frozenset({Role.DEVELOPER}), org_id=None), "recipient_id"),
    (
        StaffAccount("dev", "开发", frozenset({Role.DEVELOPER}), None, RecipientId("none")),
        "recipient_id",
    ),
    (replace(REVIEWER, same_person_as="administrator"), "same_person_as"),
    (replace(REVIEWER, same_person_as="nobody"), "same_person_as"),
    (replace(REVIEWER, same_person_as="auditor"), "roles"),
    (
        replace(REVIEWER, roles=frozenset({Role.APPROVER}), same_person_as="reviewer"),
        "roles",
    ),
]


@pytest.mark.parametrize(("asked", "field"), BAD)
def test_an_account_that_breaks_a_rule_is_not_made(
    services: AccountServices, asked: StaffAccount, field: str
) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        await hire(services, Role.AUDITOR)
        await hire(services, Role.REVIEWER)
        with pytest.raises(InvalidError) as caught:
            await create_account(services, administrator, asked)
        assert field in {problem.field for problem in caught.value.problems}
        assert len(await list_accounts(services, administrator)) == 3

    asyncio.run(story())


def test_roles_that_go_together_may_be_one_persons(services: AccountServices) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        await hire(services, Role.REGISTRAR)
        issued = await create_account(
            services, administrator, replace(REVIEWER, same_person_as="registrar")
        )
        assert issued.account.person_id == PersonId("person_registrar")

    asyncio.run(story())


def test_the_command_line_cannot_join_powers_either(services: AccountServices) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        wanted = Wanted(
            "second", "某某", frozenset({Role.APPROVER}), PersonId("person_reviewer"), GOVERNMENT
        )
        with pytest.raises(InvalidError):
            await install_account(services, wanted, password=PASSWORD)

    asyncio.run(story())


def test_two_administrators_cannot_give_one_person_two_powers_at_once(
    services: AccountServices,
) -> None:
    async def one(administrator: Principal, username: str, role: Role) -> str:
        asked = StaffAccount(username, "某某", frozenset({role}), BUREAU, same_person_as="first")
        try:
            await create_account(services, administrator, asked)
        except XueyinError as error:
            return error.code
        return "made"

    async def story() -> tuple[str, str]:
        first = await hire(services, Role.ADMINISTRATOR)
        second = await hire(services, Role.ADMINISTRATOR, "administrator2")
        await hire(services, Role.REGISTRAR, "first")
        return await asyncio.gather(
            one(first, "as-reviewer", Role.REVIEWER), one(second, "as-approver", Role.APPROVER)
        )

    assert sorted(asyncio.run(story())) == ["invalid", "made"]


def test_administrators_leave_their_own_person_alone(services: AccountServices) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        await hire(services, Role.ADMINISTRATOR, "administrator2")
        own = administrator.account_id
        for act in (seal_account, unseal_account, reissue_password):
            with pytest.raises(DeniedError):
                await act(services, administrator, own)

    asyncio.run(story())


def test_the_last_administrator_cannot_be_sealed(services: AccountServices) -> None:
    async def story() -> None:
        first = await hire(services, Role.ADMINISTRATOR)
        second = await hire(services, Role.ADMINISTRATOR, "administrator2")
        await seal_account(services, first, second.account_id)
        with pytest.raises(DeniedError, match="最后一个"):
            # A session of the sealed one that some other process still believes in.
            await seal_account(services, second, first.account_id)

    asyncio.run(story())


Act = Callable[[AccountServices, Principal], Awaitable[object]]
SOMEBODY = AccountId("account_somebody")
ACTS: dict[str, tuple[Act, frozenset[Role]]] = {
    "create": (
        lambda s, p: create_account(s, p, REVIEWER), frozenset({Role.ADMINISTRATOR})
    ),
    "list": (list_accounts, frozenset({Role.ADMINISTRATOR})),
    "seal": (lambda s, p: seal_account(s, p, SOMEBODY), frozenset({Role.ADMINISTRATOR})),
    "unseal": (lambda s, p: unseal_account(s, p, SOMEBODY), frozenset({Role.ADMINISTRATOR})),
    "reissue": (
        lambda s, p: reissue_password(s, p, SOMEBODY),
        frozenset({Role.ADMINISTRATOR, Role.REGISTRAR}),
    ),
    "issue pupil": (
        lambda s, p: issue_pupil_account(s, p, StudentId("student_1")), frozenset({Role.REGISTRAR})
    ),
    "find pupil": (
        lambda s, p: find_pupil_account(s, p, StudentId("student_1")), frozenset({Role.REGISTRAR})
    ),
    "enrol key": (lambda s, p: enrol_key(s, p, "nonsense"), frozenset({Role.APPROVER})),
    "own keys": (own_keys, frozenset({Role.APPROVER})),
    "certificate": (lambda s, p: add_certificate(s, "x", by=p), frozenset({Role.APPROVER})),
    "revoke": (
        lambda s, p: revoke_key(s, p, "key_x"), frozenset({Role.APPROVER, Role.ADMINISTRATOR})
    ),
    "security log": (security_events, frozenset({Role.AUDITOR})),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLIENT])
def test_no_role_can_do_anothers_act(services: AccountServices, name: str, role: Role) -> None:
    act, allowed = ACTS[name]
    rooted = replace(services, approver_root="root+00000000+AAAA")

    async def story() -> str:
        principal = await hire(services, role)
        try:
            await act(rooted, principal)
        except XueyinError as error:
            return error.code
        return "done"

    code = asyncio.run(story())
    assert (code == "denied") == (role not in allowed)


def test_a_registrar_issues_an_account_for_a_pupil_of_the_own_school_only(
    services: AccountServices,
) -> None:
    async def story() -> None:
        registrar = await hire(services, Role.REGISTRAR)
        elsewhere = replace(registrar, org_id=OrgId("org_elsewhere"))
        refusals = []
        for principal, student in ((elsewhere, "student_1"), (registrar, "student_none")):
            with pytest.raises(MissingError) as caught:
                await issue_pupil_account(services, principal, StudentId(student))
            refusals.append(caught.value.as_dict())
        assert refusals[0] == refusals[1]
        issued = await issue_pupil_account(services, registrar, StudentId("student_1"))
        assert issued.account.roles == {Role.PUPIL}
        assert issued.account.display_name == "同学"
        assert issued.account.org_id == SCHOOL
        assert (await enter(services, issued.account.username, issued.password)).must_change
        with pytest.raises(ConflictError):
            await issue_pupil_account(services, registrar, StudentId("student_1"))
        again = await reissue_password(services, registrar, issued.account.account_id)
        assert (await enter(services, issued.account.username, again.password)).must_change
        with pytest.raises(MissingError):
            await reissue_password(services, elsewhere, issued.account.account_id)

    asyncio.run(story())


def test_of_two_registrars_at_once_one_issues_the_pupils_account(
    services: AccountServices,
) -> None:
    async def one(registrar: Principal) -> str:
        try:
            await issue_pupil_account(services, registrar, StudentId("student_1"))
        except XueyinError as error:
            return error.code
        return "made"

    async def story() -> list[str]:
        registrar = await hire(services, Role.REGISTRAR)
        return await asyncio.gather(*(one(registrar) for _ in range(10)))

    assert sorted(asyncio.run(story())) == ["conflict"] * 9 + ["made"]


def test_administrators_see_no_pupils_account_and_change_none(services: AccountServices) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        pupil = await hire(services, Role.PUPIL)
        shown = await list_accounts(services, administrator)
        assert [one.username for one in shown] == ["administrator"]
        for act in (seal_account, unseal_account, reissue_password):
            with pytest.raises(MissingError):
                await act(services, administrator, pupil.account_id)

    asyncio.run(story())


def test_every_act_of_an_administrator_is_in_the_security_log(services: AccountServices) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        auditor = await hire(services, Role.AUDITOR)
        account = (await create_account(services, administrator, REVIEWER)).account
        await reissue_password(services, administrator, account.account_id)
        await seal_account(services, administrator, account.account_id)
        await unseal_account(services, administrator, account.account_id)
        seen = await security_events(services, auditor, account_id=administrator.account_id)
        assert sorted(event.kind for event in seen) == [
            "account_created", "account_sealed", "account_unsealed", "password_reissued",
        ]  # fmt: skip
        assert {event.detail["account"] for event in seen} == {account.account_id}

    asyncio.run(story())
