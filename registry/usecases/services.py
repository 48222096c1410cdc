"""What do the registry's pages need from the composition root?"""

from dataclasses import dataclass

from kernel.runtime import Runtime


@dataclass(frozen=True, slots=True)
class RegistryServices:
    """Set as `app.state.registry`."""

    runtime: Runtime
