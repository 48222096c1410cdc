"""Self-approval, replayed and misplaced signatures: tried by the pages (G6, G7, G8)."""

import base64

import pytest

from identity.accounts.domain.key_file import read_key_file
from identity.accounts.domain.signing_key import sign
from identity.accounts.usecases.install_account import install_account
from identity.accounts.usecases.issued import Wanted
from kernel.errors import InvalidError
from kernel.principal import Role
from server.story.browser import Page
from tests.flows import acts
from tests.flows.acts import RelyingParty, ToSign, Wish, more
from tests.flows.world import World

USUAL = Wish()


def signed(world: World, to_sign: ToSign, key: str = "approver") -> bytes:
    return sign(read_key_file(world.offline / f"{key}.key"), to_sign.payload)


def waiting(world: World, wish: Wish = USUAL) -> str:
    request_id = acts.file_request(world, wish)
    acts.review(world, request_id)
    return request_id


def post(to_sign: ToSign, request_id: str, approval_id: str, signature: bytes) -> Page:
    """Post a signature to the address of any data request."""
    form = to_sign.page.form("/sign")
    form.action = f"/decisions/{request_id}/sign"
    values = {"approval_id": approval_id, "signature": base64.b64encode(signature).decode()}
    return to_sign.browser.submit(to_sign.page, form, {**values})


def test_a_signature_is_taken_once(either_world: World) -> None:
    request_id = waiting(either_world)
    to_sign = acts.prepare(either_world, request_id)
    signature = signed(either_world, to_sign)
    acts.ok(acts.hand_in(to_sign, signature))
    assert acts.hand_in(to_sign, signature).status in {404, 409}


def test_a_signature_for_one_request_is_none_for_another(world: World) -> None:
    first, second = waiting(world), waiting(world, more(Wish(), class_name="keep"))
    one, other = acts.prepare(world, first), acts.prepare(world, second)
    misplaced = signed(world, one)
    assert post(other, second, one.approval_id, misplaced).status in {404, 409}
    assert post(other, second, other.approval_id, misplaced).status == 403
    app = RelyingParty(world, world.cast.apps["app"])
    claims = app.sign_in("pupil")
    assert isinstance(claims, dict)
    assert set(claims) == {"sub"}


def test_the_signature_of_somebody_else_is_refused(world: World) -> None:
    to_sign = acts.prepare(world, waiting(world))
    assert acts.hand_in(to_sign, signed(world, to_sign, "other_approver")).status == 403
    assert acts.hand_in(to_sign, bytes(64)).status == 403
    assert acts.hand_in(to_sign, b"").status == 403
    acts.ok(acts.hand_in(to_sign, signed(world, to_sign)))


def test_what_was_prepared_before_a_change_cannot_be_signed_after_it(world: World) -> None:
    request_id = waiting(world)
    to_sign = acts.prepare(world, request_id)
    page = acts.ok(to_sign.browser.get(f"/decisions/{request_id}"))
    acts.ok(to_sign.browser.submit(page, page.form("/preview")))
    assert acts.hand_in(to_sign, signed(world, to_sign)).status in {404, 409}


def test_a_prepared_document_grows_stale(world: World) -> None:
    to_sign = acts.prepare(world, waiting(world))
    world.clock.forward(days=1)
    browser = world.browser("approver")
    stale = ToSign(to_sign.approval_id, to_sign.payload, browser.get(to_sign.page.url), browser)
    with pytest.raises(LookupError):
        acts.hand_in(stale, signed(world, to_sign))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_one_person_gets_no_second_account_to_decide_the_own_request(
    world: World, role: Role
) -> None:
    developer = world.cast.principals["developer"]
    wanted = Wanted(
        "second", "同一个人", frozenset({role}), developer.person_id,
        world.cast.orgs["government-county"].id,
    )  # fmt: skip
    with pytest.raises(InvalidError):
        world.loop.run(install_account(world.house.accounts, wanted))


@pytest.mark.parametrize(
    "roles", [["reviewer", "approver"], ["administrator", "approver"], ["auditor", "registrar"]]
)
def test_no_account_holds_two_of_the_powers(world: World, roles: list[str]) -> None:
    browser = world.browser("admin")
    page = acts.ok(browser.get("/admin/accounts"))
    org = world.cast.orgs["government-county"].id
    done = browser.submit(
        page, page.form("/admin/accounts"),
        {"username": "powers", "display_name": "两权", "roles": roles, "org_id": org},
    )  # fmt: skip
    assert done.status == 422, done.text


def test_the_administrator_cannot_give_the_developer_a_second_face(world: World) -> None:
    browser = world.browser("admin")
    page = acts.ok(browser.get("/admin/accounts"))
    done = browser.submit(
        page, page.form("/admin/accounts"),
        {
            "username": "second", "display_name": "同一个人", "roles": ["approver"],
            "org_id": world.cast.orgs["government-county"].id, "same_person_as": "developer",
        },
    )  # fmt: skip
    assert done.status == 422, done.text


def test_the_bounds_that_were_signed_cannot_be_exceeded(world: World) -> None:
    request_id = waiting(world, acts.RESEARCH)
    browser = world.browser("approver")
    page = acts.ok(browser.get(f"/decisions/{request_id}"))
    narrow = {"reason": "同意按范围提供", "most_rows": "100"}
    page = acts.ok(browser.submit(page, page.form("/prepare"), {**narrow}))
    to_sign = acts.waiting_document(browser, request_id, page)
    acts.ok(acts.hand_in(to_sign, signed(world, to_sign)))
    assert acts.download(world, request_id).status == 403
