"""The same promises on PostgreSQL: chosen tests of this folder, run again on a real server."""

import asyncio
from collections.abc import Iterable

import pytest

from kernel.errors import ConflictError
from kernel.ids import StudentId
from kernel.runtime import Runtime
from registry import source
from registry.domain.student import NewStudent
from registry.store.students import insert_students
from tests.registry import (
    test_entering,
    test_looking,
    test_moves,
    test_orgs,
    test_source,
    test_status,
)
from tests.registry.county import County, citizen

pytestmark = pytest.mark.postgres


@pytest.fixture
def runtime(postgres_runtime: Runtime) -> Runtime:
    """Puts PostgreSQL where the tests above expect a runtime."""
    return postgres_runtime


test_a_race_for_a_number = test_entering.test_fifty_who_race_for_one_number_have_one_winner
test_a_batch_with_a_duplicate = (
    test_entering.test_a_batch_with_one_duplicate_enters_nobody_and_names_the_row
)
test_a_second_draw = test_entering.test_a_taken_temporary_number_is_drawn_again
test_no_number_given_again = (
    test_entering.test_a_number_is_never_given_again_even_when_its_holder_is_gone
)
test_every_field_comes_back = test_entering.test_every_field_comes_back_as_it_was_entered
test_moved_ciphertexts = test_entering.test_a_ciphertext_moved_to_another_pupil_does_not_open
test_cohorts = test_source.test_a_cohort_is_an_area_narrowed_by_schools_and_grades
test_order_of_records = test_source.test_records_over_many_batches_keep_order
test_the_tree = test_orgs.test_children_and_schools_are_found
test_one_within_another = test_orgs.test_one_node_is_within_another
test_who_may_look = test_looking.test_the_own_school_and_every_authority_above_it_may_look
test_who_may_not = test_looking.test_nobody_else_may_look_and_the_try_is_on_record
test_who_looked = (
    test_looking.test_an_auditor_reads_who_looked_and_the_pupil_reads_it_without_officials_names
)
test_rosters = test_looking.test_a_roster_is_narrowed_by_name_grade_and_school
test_finding = test_looking.test_a_pupil_is_found_by_a_whole_number
test_moving = test_moves.test_of_many_who_move_a_pupil_at_once_one_succeeds
test_formal_number = (
    test_moves.test_a_formal_number_replaces_the_temporary_one_which_still_finds_the_pupil
)
test_formal_numbers_refused = test_moves.test_a_formal_number_is_refused
test_status_race = test_status.test_of_many_who_change_at_once_one_succeeds


def test_two_who_enter_overlapping_batches_at_once_leave_one_whole_batch(land: County) -> None:
    """One takes 1..300, the other 300..1: neither may be half entered, nor both."""

    def batch(sequence: Iterable[int]) -> list[NewStudent]:
        return [land.new(document_number=citizen(sequence=n)) for n in sequence]

    runtime = land.runtime

    async def enter(new: list[NewStudent]) -> list[StudentId]:
        return await runtime.database.write(
            lambda connection: insert_students(
                connection, runtime.keyring, runtime.entropy, new, runtime.clock()
            )
        )

    async def race() -> list[object]:
        rivals = (enter(batch(range(1, 301))), enter(batch(range(300, 0, -1))))
        return list(await asyncio.gather(*rivals, return_exceptions=True))

    results = asyncio.run(race())
    assert len([one for one in results if isinstance(one, list)]) == 1
    assert len([one for one in results if isinstance(one, ConflictError)]) == 1
    assert len(asyncio.run(source.cohort(land.runtime, "370102"))) == 300
