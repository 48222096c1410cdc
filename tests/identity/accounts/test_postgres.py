"""The same promises on PostgreSQL: chosen tests of this folder, run again on a real server."""

import pytest

from kernel.runtime import Runtime
from tests.identity.accounts import test_administration, test_lockout, test_sessions, test_sign_in

pytestmark = pytest.mark.postgres


@pytest.fixture
def runtime(postgres_runtime: Runtime) -> Runtime:
    """Puts PostgreSQL where the tests above expect a runtime."""
    return postgres_runtime


test_guesses = test_lockout.test_of_fifty_parallel_guesses_at_most_five_are_evaluated
test_lock = test_lockout.test_five_wrong_passwords_lock_for_fifteen_minutes_also_the_right_one
test_device = (
    test_lockout.test_a_device_that_signed_in_before_gets_in_while_strangers_lock_the_account
)
test_class = test_lockout.test_a_whole_class_signs_in_from_one_address
test_sealed = test_sign_in.test_a_sealed_account_tells_so_only_to_who_knows_the_password
test_idle = test_sessions.test_a_session_in_use_ends_after_eight_hours
test_sealing = test_sessions.test_sealing_an_account_ends_its_sessions_at_once
test_two_powers = (
    test_administration.test_two_administrators_cannot_give_one_person_two_powers_at_once
)
test_registrars = test_administration.test_of_two_registrars_at_once_one_issues_the_pupils_account
test_log = test_administration.test_every_act_of_an_administrator_is_in_the_security_log
