"""Services of accounts on an empty database, with cheap Argon2."""

from collections.abc import Iterator

import pytest

from identity.accounts.usecases.services import AccountServices
from kernel.runtime import Runtime
from tests.identity.accounts.people import make_services


@pytest.fixture
def services(runtime: Runtime) -> Iterator[AccountServices]:
    made = make_services(runtime)
    yield made
    made.hasher.close()
