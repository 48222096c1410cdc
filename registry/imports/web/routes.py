"""The import pages: template, upload, dry run with its findings, commit."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import XueyinError
from kernel.http import caller, only, page, read_form
from kernel.principal import Role
from registry.imports.domain.report import ImportState
from registry.imports.usecases import job as import_job
from registry.imports.usecases.job import MOST_FILES, ImportServices
from registry.imports.usecases.report import SHOWN, recent_imports
from registry.imports.usecases.template_csv import template_csv

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def services(request: Request) -> ImportServices:
    """Return what the composition root set as `app.state.registry_imports`."""
    found: ImportServices = request.app.state.registry_imports
    return found


@router.get("/registry/import")
async def upload_page(request: Request) -> Response:
    """Show the upload form and the newest imports."""
    return await _upload_page(request)


@router.post("/registry/import")
async def upload(request: Request) -> Response:
    """Take the files and begin the dry run."""
    principal = caller(request, Role.REGISTRAR)
    # Parsed here first, with room for a county's files; read_form then finds it parsed.
    async with request.form(max_files=MOST_FILES, max_fields=20):
        form = only(await read_form(request), "files")
        files = [
            file for file in form.getlist("files") if isinstance(file, UploadFile) and file.filename
        ]
        try:
            import_id = await import_job.start(services(request), principal, files)
        except XueyinError as error:
            return await _upload_page(request, error)
    return RedirectResponse(f"/registry/import/{import_id}", 303)


@router.get("/registry/import/template.xlsx")
async def workbook_template(request: Request) -> Response:
    """Give the template as a workbook."""
    caller(request, Role.REGISTRAR)
    return _file(await import_job.template_workbook(services(request)), "xueyin-template.xlsx")


@router.get("/registry/import/template.csv")
async def plain_template(request: Request) -> Response:
    """Give the template as CSV."""
    caller(request, Role.REGISTRAR)
    return _file(template_csv(), "xueyin-template.csv", "text/csv; charset=utf-8")


@router.get("/registry/import/{import_id}")
async def show(request: Request, import_id: str) -> Response:
    """Show progress, then the report. `from` is the number of the first finding."""
    return await _shown(request, import_id, "registry/import.html")


@router.get("/registry/import/{import_id}/progress")
async def progress(request: Request, import_id: str) -> Response:
    """Give the progress part alone; once the reading has ended, ask for the whole page."""
    return await _shown(request, import_id, "registry/import_progress.html")


@router.post("/registry/import/{import_id}/commit")
async def commit(request: Request, import_id: str) -> Response:
    """Bring the faultless rows into the registry."""
    principal = caller(request, Role.REGISTRAR)
    only(await read_form(request))
    await import_job.commit(services(request), principal, import_id)
    return RedirectResponse(f"/registry/import/{import_id}", 303)


@router.get("/registry/import/{import_id}/faulty.xlsx")
async def faulty(request: Request, import_id: str) -> Response:
    """Give the faulty rows with their reasons."""
    principal = caller(request, Role.REGISTRAR)
    content = await import_job.faulty_workbook(services(request), principal, import_id)
    return _file(content, "xueyin-faulty-rows.xlsx")


async def _upload_page(request: Request, error: XueyinError | None = None) -> Response:
    principal = caller(request, Role.REGISTRAR)
    return page(
        request,
        "registry/import_upload.html",
        error.status if error else 200,
        problems=error.problems if error else (),
        imports=await recent_imports(services(request).runtime, principal),
        most_files=MOST_FILES,
    )


async def _shown(request: Request, import_id: str, template: str) -> Response:
    principal = caller(request, Role.REGISTRAR)
    asked = request.query_params.get("from", "0")
    first = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0  # noqa: PLR2004  a million
    report = await import_job.status(services(request), principal, import_id, first=first)
    answer = page(request, template, report=report, first=first, step=SHOWN)
    if template.endswith("progress.html") and report.state is not ImportState.READING:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _file(content: bytes, name: str, kind: str = _XLSX) -> Response:
    """Return a download under a name of our own."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=kind)
