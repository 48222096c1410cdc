"""How does a route learn who is calling, read a form, and show a page?

The composition root sets `request.state.principal`, `request.state.csrf` and `app.state.pages`;
routes use only these functions.
"""

import hmac
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import DeniedError, InvalidError, SignInRequiredError
from kernel.principal import Principal, Role


def caller(request: Request, *roles: Role) -> Principal:
    """Return who is calling; with roles given, one of them is required.

    Raises SignInRequiredError when nobody is signed in, DeniedError without any of the roles.
    """
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        raise SignInRequiredError("请先登录", remedy="登录后重试")
    if roles:
        principal.require(*roles)
    return principal


async def read_form(request: Request) -> FormData:
    """Return the posted form after checking its `csrf` field against the browser's own token.

    Raises DeniedError for a foreign token, InvalidError for a NUL, which PostgreSQL cannot keep.
    """
    form = await request.form(max_files=4, max_fields=400)
    sent, expected = str(form.get("csrf", "")), str(getattr(request.state, "csrf", ""))
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise DeniedError("表单已失效", rule="跨站请求防护", remedy="请返回上一页，刷新后重新提交")
    for name, value in form.multi_items():
        told = value if isinstance(value, str) else value.filename or ""
        if "\0" in name or "\0" in told:
            raise InvalidError("表单中有不能保存的字符", rule="不接受空字符", remedy="请重新填写")
    return form


def only(form: FormData, *names: str) -> FormData:
    """Return the form; raises InvalidError if it holds any field but these and `csrf`.

    Whoever adds `role` or `approved_by` to a form learns that nobody reads it (CWE-915).
    """
    surplus = sorted(set(form.keys()) - {*names, "csrf"})
    if surplus:
        raise InvalidError(
            f"表单中有不认识的项目：{'、'.join(surplus)[:200]}", field=surplus[0][:60],
            rule="只接受表单列出的项目", remedy="请刷新页面后重新填写",
        )  # fmt: skip
    return form


def page(request: Request, template: str, status: int = 200, **context: Any) -> Response:  # noqa: ANN401
    """Render `package/name.html` in the house's layout. Context values are escaped by default."""
    response: Response = request.app.state.pages(request, template, status, context)
    return response
