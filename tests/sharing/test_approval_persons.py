"""Nobody approves an own data request, by whatever door they come in (attacks G7)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.errors import DeniedError, XueyinError
from kernel.ids import AccountId, RecipientId, new_id
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from sharing.approvals.usecases.decide_request import decide_request
from sharing.approvals.usecases.declare_interest import declare_interest
from sharing.approvals.usecases.delegate_station import StandIn, delegate_station
from sharing.approvals.usecases.take_station import take_station
from sharing.requests.domain.request_state import State
from sharing.requests.store.requests import DataRequest
from tests.sharing.request_world import REASON, World, build, run


@pytest.fixture
def world(runtime: Runtime) -> World:
    return run(build(runtime))


async def approver_of(world: World, who: Principal, *roles: Role) -> Principal:
    """Return the person at another account in the government, with a certified key."""
    other = replace(
        who, account_id=AccountId(new_id("account")), org_id=world.orgs["gov_county"],
        roles=frozenset(roles or {Role.APPROVER}), recipient_id=None,
    )  # fmt: skip
    world.key(other)
    return other


async def applicant_with_both_roles(world: World, developer: Principal, _: Principal) -> Principal:
    both = replace(
        developer, roles=frozenset({Role.DEVELOPER, Role.APPROVER}), org_id=world.orgs["gov_county"]
    )
    world.key(both)
    return both


async def applicants_second_account(world: World, developer: Principal, _: Principal) -> Principal:
    return await approver_of(world, developer)


async def applicant_as_administrator(world: World, developer: Principal, _: Principal) -> Principal:
    return await approver_of(world, developer, Role.ADMINISTRATOR)


async def applicant_as_administrator_and_approver(
    world: World, developer: Principal, _: Principal
) -> Principal:
    return await approver_of(world, developer, Role.ADMINISTRATOR, Role.APPROVER)


async def colleague_of_the_applicant(world: World, _: Principal, __: Principal) -> Principal:
    return replace(world.approver(), recipient_id=world.recipient)


async def colleague_by_another_account(world: World, _: Principal, __: Principal) -> Principal:
    approver = world.approver()
    world.people.of[approver.person_id] = frozenset({world.recipient})
    return approver


async def the_recipients_responsible_person(world: World, _: Principal, __: Principal) -> Principal:
    return await approver_of(world, replace(world.developer(), person_id=world.responsible))


async def the_reviewer(world: World, _: Principal, reviewer: Principal) -> Principal:
    return await approver_of(world, reviewer)


async def who_declared_an_interest(world: World, _: Principal, __: Principal) -> Principal:
    approver = world.approver()
    await declare_interest(world.services, approver, world.recipient, "配偶在该公司任职")
    return approver


async def applicant_as_stand_in(world: World, developer: Principal, _: Principal) -> Principal:
    stand_in = await approver_of(world, developer, Role.REGISTRAR)
    await delegate(world, world.approver(), stand_in)
    return stand_in


async def stand_in_of_the_applicant(world: World, developer: Principal, _: Principal) -> Principal:
    stand_in = world.person("gov_county", Role.REGISTRAR)
    world.key(stand_in)
    await delegate(world, await approver_of(world, developer), stand_in)
    return stand_in


async def stand_in_of_the_reviewer(world: World, _: Principal, reviewer: Principal) -> Principal:
    stand_in = world.person("gov_county", Role.REGISTRAR)
    world.key(stand_in)
    await delegate(world, await approver_of(world, reviewer), stand_in)
    return stand_in


async def a_program(world: World, developer: Principal, _: Principal) -> Principal:
    return await approver_of(world, developer, Role.CLIENT)


async def delegate(world: World, who: Principal, stand_in: Principal) -> None:
    now = world.runtime.clock()
    await delegate_station(
        world.services,
        who,
        StandIn(
            "decide", stand_in.person_id, "370102", now, now + timedelta(days=9), "出差期间代办"
        ),
    )


ROUTES = (
    applicant_with_both_roles, applicants_second_account, applicant_as_administrator,
    applicant_as_administrator_and_approver, colleague_of_the_applicant,
    colleague_by_another_account, the_recipients_responsible_person, the_reviewer,
    who_declared_an_interest, applicant_as_stand_in, stand_in_of_the_applicant,
    stand_in_of_the_reviewer, a_program,
)  # fmt: skip
Route = Callable[[World, Principal, Principal], Awaitable[Principal]]


async def at_the_decision(world: World) -> tuple[DataRequest, Principal, Principal]:
    developer, reviewer = world.developer(), world.reviewer()
    return await world.reviewed(developer, reviewer), developer, reviewer


@pytest.mark.parametrize("route", ROUTES)
def test_who_stands_on_one_side_cannot_approve(world: World, route: Route) -> None:
    async def story() -> None:
        request, developer, reviewer = await at_the_decision(world)
        who = await route(world, developer, reviewer)
        with pytest.raises(DeniedError):
            await world.prepared(who, request)
        assert (await world.load(request.id)).state is State.REVIEWED

    run(story())


@pytest.mark.parametrize("route", ROUTES)
def test_nor_sign_what_was_prepared_before_it_was_known(world: World, route: Route) -> None:
    """The facts are loaded again when the signature comes: a prepared document is no right."""

    async def story() -> None:
        request, developer, reviewer = await at_the_decision(world)
        approver = world.approver()
        signed = await world.prepared(approver, request)
        who = await route(world, developer, reviewer)
        with pytest.raises(XueyinError):
            await decide_request(world.services, who, await world.load(request.id), signed)
        assert (await world.load(request.id)).state is State.REVIEWED

    run(story())


@pytest.mark.parametrize("verdict", ["return", "reject"])
def test_nor_return_or_reject_it(world: World, verdict: str) -> None:
    async def story() -> None:
        request, developer, reviewer = await at_the_decision(world)
        for route in (applicants_second_account, the_reviewer, colleague_by_another_account):
            who = await route(world, developer, reviewer)
            with pytest.raises(DeniedError):
                await take_station(world.services, who, request, "decide", verdict, REASON)

    run(story())


@pytest.mark.parametrize("org", ["county", "gov_county"])
def test_the_applicant_cannot_review_either(world: World, org: str) -> None:
    async def story() -> None:
        developer = world.developer()
        request = await world.submitted(developer)
        who = replace(
            developer, roles=frozenset({Role.REVIEWER}), org_id=world.orgs[org], recipient_id=None
        )
        with pytest.raises(DeniedError, match="申请人"):
            await take_station(world.services, who, request, "review", "reject", REASON)

    run(story())


def test_all_reasons_are_told_at_once(world: World) -> None:
    async def story() -> None:
        request, developer, _ = await at_the_decision(world)
        who = replace(await approver_of(world, developer), recipient_id=world.recipient)
        with pytest.raises(DeniedError) as refused:
            await world.prepared(who, request)
        assert len(refused.value.problems) == 2
        assert all(problem.rule and problem.remedy for problem in refused.value.problems)

    run(story())


def test_belonging_to_another_organisation_is_no_hindrance(world: World) -> None:
    async def story() -> None:
        request, _, _ = await at_the_decision(world)
        approver = world.approver()
        world.people.of[approver.person_id] = frozenset({RecipientId("recipient_" + "a" * 32)})
        await world.approved(approver, request)
        assert (await world.load(request.id)).state is State.APPROVED

    run(story())


def test_a_proper_stand_in_signs_and_the_record_names_the_delegator(world: World) -> None:
    async def story() -> None:
        request, _, _ = await at_the_decision(world)
        delegator, stand_in = world.approver(), world.person("gov_county", Role.REGISTRAR)
        world.key(stand_in)
        await delegate(world, delegator, stand_in)
        await world.approved(stand_in, request)
        assert (await world.load(request.id)).state is State.APPROVED

    run(story())


def test_a_stand_in_cannot_hand_it_on(world: World) -> None:
    async def story() -> None:
        stand_in = world.person("gov_county", Role.REGISTRAR)
        await delegate(world, world.approver(), stand_in)
        with pytest.raises(DeniedError):
            await delegate(world, stand_in, world.person("gov_county", Role.REGISTRAR))

    run(story())


@pytest.mark.parametrize(
    ("org", "days", "division"),
    [("gov_county", 91, "370102"), ("gov_county", 9, "370103"), ("gov_county", 0, "370102")],
)
def test_a_delegation_is_bounded_in_time_and_area(
    world: World, org: str, days: int, division: str
) -> None:
    async def story() -> None:
        now = world.runtime.clock()
        asked = StandIn(
            "decide", world.person(org, Role.REGISTRAR).person_id, division, now,
            now + timedelta(days=days), "出差期间代办",
        )  # fmt: skip
        with pytest.raises(XueyinError):
            await delegate_station(world.services, world.approver(org), asked)

    run(story())


@pytest.mark.parametrize(
    ("role", "org"),
    [
        (Role.APPROVER, "county"), (Role.APPROVER, "city"), (Role.APPROVER, "school"),
        (Role.APPROVER, "gov_other"), (Role.APPROVER, "moe"), (Role.REVIEWER, "gov_county"),
    ],
)  # fmt: skip
def test_an_approver_without_office_in_a_government_of_the_area_is_refused(
    world: World, role: Role, org: str
) -> None:
    async def story() -> None:
        request, _, _ = await at_the_decision(world)
        who = world.person(org, role)
        world.key(who)
        with pytest.raises(DeniedError):
            await world.prepared(who, request)

    run(story())


def test_the_government_above_may_sign_a_document_of_one_below_but_not_the_reverse(
    world: World,
) -> None:
    async def story() -> None:
        request, _, _ = await at_the_decision(world)
        await world.approved(world.approver("gov_city"), request)
        second = await world.reviewed(
            world.developer(), world.reviewer(), government_org_id=world.orgs["gov_city"]
        )
        with pytest.raises(DeniedError, match="不在您任职政府的范围内"):
            await world.prepared(world.approver("gov_county"), second)

    run(story())
