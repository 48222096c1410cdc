"""How is a posted form read: exactly the questions asked, anything else is refused (422)?"""

from collections.abc import Iterable, Mapping

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from kernel.errors import InvalidError
from kernel.http import read_form

LONGEST = 40_000


async def fields(request: Request, *names: str) -> Mapping[str, str]:
    """Return the named fields, missing ones as "". Raises InvalidError for any other field."""
    form = await read_form(request)
    try:
        refuse_unknown(form, {*names, "csrf"})
        return {name: text(form, name) for name in names}
    finally:
        await form.close()


def refuse_unknown(form: FormData, known: Iterable[str], multiple: Iterable[str] = ()) -> None:
    """Raise InvalidError for a field that the form does not have, or one sent twice.

    Whoever adds `state` or `approved_by` to a form learns that nobody reads it.
    """
    several = set(multiple)
    allowed = set(known) | several
    strange = sorted(set(form.keys()) - allowed)
    if strange:
        raise InvalidError(
            f"表单中有不认识的项目：{'、'.join(strange)[:200]}", rule="只接受表单列出的项目",
            remedy="请返回表单页面重新填写",
        )  # fmt: skip
    single = [name for name, _ in form.multi_items() if name not in several]
    if len(single) != len(set(single)):
        raise InvalidError("表单项目重复", rule="一问一答", remedy="请返回表单页面重新填写")


def text(form: FormData, name: str) -> str:
    """Return the field as text of bounded length; a file in its place counts as empty."""
    value = form.get(name, "")
    return value[:LONGEST] if isinstance(value, str) else ""


async def upload(form: FormData, name: str, *, most: int) -> tuple[str, bytes] | None:
    """Return name and bytes of an uploaded file, None if none was chosen.

    At most one byte over the limit is read: who checks the size then refuses it.
    """
    found = form.get(name)
    if not isinstance(found, UploadFile) or not found.filename:
        return None
    return found.filename, await found.read(most + 1)
