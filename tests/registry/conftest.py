"""A small province for every test of the registry."""

import pytest

from kernel.runtime import Runtime
from tests.registry.county import County, county


@pytest.fixture
def land(runtime: Runtime) -> County:
    return county(runtime)
