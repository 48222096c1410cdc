"""The import's promises on PostgreSQL: chosen tests of this folder, run again on a real server."""

import pytest

from kernel.runtime import Runtime
from tests.registry import test_import_commit, test_import_crash, test_import_rows

pytestmark = pytest.mark.postgres


@pytest.fixture
def runtime(postgres_runtime: Runtime) -> Runtime:
    """Puts PostgreSQL where the tests above expect a runtime."""
    return postgres_runtime


test_what_a_commit_enters = (
    test_import_commit.test_a_commit_enters_the_faultless_pupils_with_numbers_and_events
)
test_a_second_commit = test_import_commit.test_a_second_commit_answers_the_same_and_enters_nobody
test_a_race_of_commits = test_import_commit.test_of_many_commits_at_once_one_does_the_work
test_a_pupil_who_came_in = (
    test_import_commit.test_a_pupil_who_came_in_since_the_dry_run_stops_the_whole_commit
)
test_two_imports = test_import_commit.test_two_imports_of_one_pupil_enter_the_pupil_once
test_a_race_of_imports = (
    test_import_commit.test_two_imports_of_the_same_pupils_committed_at_once_have_one_winner
)
test_a_number_taken = (
    test_import_commit.test_a_temporary_number_taken_since_the_dry_run_is_drawn_again
)
test_expiry = test_import_crash.test_a_dry_run_that_nobody_confirms_expires
test_a_failing_commit = test_import_crash.test_a_failing_commit_leaves_nothing
test_repeats_in_a_file = (
    test_import_rows.test_a_number_repeated_in_one_file_is_refused_and_names_the_first_row
)
test_repeats_across_files = (
    test_import_rows.test_a_number_repeated_across_files_is_refused_and_names_the_first_file
)
test_a_known_pupil = test_import_rows.test_a_pupil_of_the_registry_is_refused
