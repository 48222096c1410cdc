"""The same promises on PostgreSQL: chosen tests, run again on a real server."""

from collections.abc import Callable

import pytest

from kernel.runtime import Runtime
from tests.attacks import test_oauth_codes as codes
from tests.identity.provider import test_cache, test_rotate_keys, test_sign_in
from tests.identity.provider.world import World
from tests.spec import test_oidc_core_8_1_pairwise as pairwise
from tests.spec import test_rfc7523_private_key_jwt as assertions

pytestmark = pytest.mark.postgres


@pytest.fixture
def runtime(postgres_runtime: Runtime) -> Runtime:
    """Puts PostgreSQL where the tests above expect a runtime."""
    return postgres_runtime


SIGNED_IN: list[Callable[[World], None]] = [
    test_sign_in.test_a_pupil_signs_in_and_the_app_gets_exactly_what_it_asked,
    codes.test_a_replayed_code_is_refused_and_kills_the_tokens_issued_before,
    codes.test_a_replay_leaves_a_trace_that_the_developer_can_read,
    codes.test_of_fifty_exchanges_at_once_one_wins_and_its_token_dies,
    codes.test_another_client_cannot_use_or_burn_a_code,
    pairwise.test_fifty_first_sign_ins_at_once_agree_on_one_subject,
    pairwise.test_clients_of_one_host_see_the_same_subject,
    assertions.test_of_fifty_equal_assertions_at_once_one_wins,
    assertions.test_3_7_an_assertion_is_spent_even_if_the_grant_was_refused,
    test_cache.test_a_code_exchange_costs_one_write,
]
ON_A_RUNTIME: list[Callable[[Runtime], None]] = [
    test_rotate_keys.test_processes_that_start_at_once_agree_on_their_keys,
    test_rotate_keys.test_of_two_rotations_at_once_one_wins_and_nothing_is_half_done,
    test_rotate_keys.test_a_rotation_moves_each_key_one_step,
]


@pytest.mark.parametrize("promise", SIGNED_IN, ids=lambda promise: promise.__name__)
def test_the_provider_keeps_its_promise_on_postgres(
    runtime: Runtime, promise: Callable[[World], None]
) -> None:
    world = World(runtime)
    world.sign_in()
    promise(world)


@pytest.mark.parametrize("promise", ON_A_RUNTIME, ids=lambda promise: promise.__name__)
def test_keys_follow_one_another_on_postgres(
    runtime: Runtime, promise: Callable[[Runtime], None]
) -> None:
    promise(runtime)
