"""The services that the composition root set up for sharing's routes."""

from starlette.requests import Request

from sharing.requests.usecases.services import SharingServices


def services(request: Request) -> SharingServices:
    """Return sharing's services."""
    found: SharingServices = request.app.state.sharing
    return found
