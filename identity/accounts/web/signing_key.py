"""Pages: an approver enrols a signing key, brings its certificate, revokes it."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from identity.accounts.usecases.add_certificate import add_certificate
from identity.accounts.usecases.enrol_key import enrol_key
from identity.accounts.usecases.revoke_key import revoke_key
from identity.accounts.usecases.signing_keys import own_keys
from identity.accounts.web.facts import services, texts
from kernel.errors import Problem, XueyinError
from kernel.http import caller, page, read_form
from kernel.principal import Principal, Role

router = APIRouter()
PAGE = "/account/signing-key"


@router.get(PAGE)
async def show_keys(request: Request) -> Response:
    """Show the caller's keys and how to make one."""
    return await _page(request, caller(request, Role.APPROVER))


@router.post(PAGE)
async def post_request(request: Request) -> Response:
    """Take in the request of a new key."""
    principal = caller(request, Role.APPROVER)
    fields = texts(await read_form(request), "request")
    try:
        await enrol_key(services(request), principal, fields["request"])
    except XueyinError as refusal:
        return await _page(request, principal, refusal.problems, refusal.status)
    return RedirectResponse(PAGE, 303)


@router.post(PAGE + "/certificate")
async def post_certificate(request: Request) -> Response:
    """Take in a certificate."""
    principal = caller(request, Role.APPROVER)
    fields = texts(await read_form(request), "certificate")
    try:
        await add_certificate(services(request), fields["certificate"], by=principal)
    except XueyinError as refusal:
        return await _page(request, principal, refusal.problems, refusal.status)
    return RedirectResponse(PAGE, 303)


@router.post(PAGE + "/revocation")
async def post_revocation(request: Request) -> Response:
    """Revoke a key."""
    principal = caller(request, Role.APPROVER)
    fields = texts(await read_form(request), "key_id")
    try:
        await revoke_key(services(request), principal, fields["key_id"])
    except XueyinError as refusal:
        return await _page(request, principal, refusal.problems, refusal.status)
    return RedirectResponse(PAGE, 303)


async def _page(
    request: Request, principal: Principal, problems: tuple[Problem, ...] = (), status: int = 200
) -> Response:
    return page(
        request, "identity/signing_key.html", status,
        keys=await own_keys(services(request), principal), problems=problems,
        data={"person": principal.person_id, "org": principal.org_id},
    )  # fmt: skip
