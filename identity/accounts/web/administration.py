"""Pages: an administrator lists, makes and seals accounts."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from identity.accounts.domain.new_account import StaffAccount
from identity.accounts.domain.separation import ASSIGNABLE
from identity.accounts.usecases.create_account import create_account
from identity.accounts.usecases.issued import Issued
from identity.accounts.usecases.list_accounts import list_accounts, place_names
from identity.accounts.usecases.reissue_password import reissue_password
from identity.accounts.usecases.seal_account import seal_account, unseal_account
from identity.accounts.web.facts import services, texts
from kernel.errors import InvalidError, Problem, XueyinError
from kernel.http import caller, page, read_form
from kernel.ids import AccountId, OrgId, RecipientId
from kernel.principal import Principal, Role

router = APIRouter()
PAGE = "/admin/accounts"
FIELDS = ("username", "display_name", "org_id", "recipient_id", "same_person_as", "roles")
ROLE_TITLES = {
    Role.REGISTRAR: "学籍管理员", Role.DEVELOPER: "应用开发者", Role.REVIEWER: "审核人",
    Role.APPROVER: "批准人", Role.AUDITOR: "审计员", Role.ADMINISTRATOR: "系统管理员",
}  # fmt: skip


@router.get(PAGE)
async def show_accounts(request: Request) -> Response:
    """Show the accounts of staff and the form for a new one."""
    return await _page(request, caller(request, Role.ADMINISTRATOR))


@router.post(PAGE)
async def post_account(request: Request) -> Response:
    """Make an account and show its one-time password, once."""
    principal = caller(request, Role.ADMINISTRATOR)
    form = await read_form(request)
    fields = texts(form, *FIELDS)
    try:
        asked = StaffAccount(
            username=fields["username"].strip(), display_name=fields["display_name"].strip(),
            roles=_roles([str(value) for value in form.getlist("roles")]),
            org_id=OrgId(fields["org_id"].strip()) or None,
            recipient_id=RecipientId(fields["recipient_id"].strip()) or None,
            same_person_as=fields["same_person_as"].strip(),
        )  # fmt: skip
        issued = await create_account(services(request), principal, asked)
    except XueyinError as refusal:
        return await _page(request, principal, refusal.problems, refusal.status, fields)
    return shown_once(request, issued, PAGE)


@router.post(PAGE + "/{account_id}/seal")
async def post_seal(request: Request, account_id: str) -> Response:
    """Seal an account."""
    principal = caller(request, Role.ADMINISTRATOR)
    texts(await read_form(request))
    await seal_account(services(request), principal, AccountId(account_id))
    return RedirectResponse(PAGE, 303)


@router.post(PAGE + "/{account_id}/unseal")
async def post_unseal(request: Request, account_id: str) -> Response:
    """Lift a seal."""
    principal = caller(request, Role.ADMINISTRATOR)
    texts(await read_form(request))
    await unseal_account(services(request), principal, AccountId(account_id))
    return RedirectResponse(PAGE, 303)


@router.post(PAGE + "/{account_id}/password")
async def post_password(request: Request, account_id: str) -> Response:
    """Hand out a new one-time password."""
    principal = caller(request, Role.ADMINISTRATOR)
    texts(await read_form(request))
    issued = await reissue_password(services(request), principal, AccountId(account_id))
    return shown_once(request, issued, PAGE)


def shown_once(request: Request, issued: Issued, back: str) -> Response:
    """Show user name and one-time password; there is no address under which they come again."""
    # Not 303: a page that a redirect leads to would have to keep the password somewhere.
    return page(request, "identity/issued.html", issued=issued, back=back)


def _roles(values: list[str]) -> frozenset[Role]:
    try:
        return frozenset(map(Role, values))
    except ValueError:
        raise InvalidError("没有这个角色", field="roles", remedy="请从列表中选择") from None


async def _page(
    request: Request, principal: Principal, problems: tuple[Problem, ...] = (),
    status: int = 200, typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    accounts = await list_accounts(services(request), principal)
    return page(
        request, "identity/accounts.html", status, problems=problems, accounts=accounts,
        places=await place_names(services(request), accounts),
        typed=typed or dict.fromkeys(FIELDS, ""), role_titles=ROLE_TITLES,
        assignable=sorted(ASSIGNABLE),
    )  # fmt: skip
