"""The same promises on PostgreSQL, where many write at once: chosen tests of the door again."""

import pytest

from kernel.runtime import Runtime
from tests.attacks import test_release_fails_closed as closed
from tests.sharing import (
    test_audit_evidence,
    test_audit_trace,
    test_door_claims,
    test_door_records,
    test_door_repeats,
    test_guardian_consents,
    test_own_page,
)

pytestmark = pytest.mark.postgres


@pytest.fixture
def runtime(postgres_runtime: Runtime) -> Runtime:
    """Puts PostgreSQL where the tests above expect a runtime."""
    return postgres_runtime


test_consent_then_values = (
    test_door_claims.test_at_14_the_pupil_consents_and_then_exactly_the_shown_values_leave
)
test_over_asking = test_door_claims.test_over_asking_is_refused_field_by_field_with_article_and_cure
test_a_repeat = test_door_repeats.test_a_repeat_cites_the_first_entry_counts_and_takes_no_quota
test_a_void_one = test_door_repeats.test_a_void_disclosure_is_never_cited
test_a_race_for_the_quota = test_door_repeats.test_of_50_at_once_as_many_pass_as_the_quota_has_left
test_a_race_of_same_sign_ins = (
    test_door_repeats.test_of_50_same_sign_ins_at_once_one_is_first_and_the_others_cite_it
)
test_pages = test_door_records.test_pages_hold_each_pupil_once_with_receipts_that_verify_offline
test_late_changes = (
    closed.test_what_changes_between_the_decision_and_the_write_job_stops_the_release
)
test_handles = test_audit_trace.test_every_handle_leads_to_what_left_and_to_those_who_answer_for_it
test_evidence = (
    test_audit_evidence.test_a_bundle_verifies_offline_and_names_everything_that_it_cites
)
test_own = test_own_page.test_the_pupil_reads_who_got_what_when_first_how_often_and_on_what_ground
test_guardian = test_guardian_consents.test_a_guardians_consent_carries_until_withdrawn
