"""Where do the registry's pages find their services?"""

from starlette.requests import Request

from registry.usecases.services import RegistryServices


def services(request: Request) -> RegistryServices:
    """Return what the composition root set as `app.state.registry`."""
    found: RegistryServices = request.app.state.registry
    return found
