"""The pure rules, over all the input that hypothesis thinks of."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urljoin, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from identity.accounts.domain.limits import Limit, Tally, count, give_back, minutes_left
from identity.accounts.domain.local_path import local_path
from identity.accounts.domain.separation import role_problems
from identity.accounts.usecases.browser import cookies
from identity.accounts.usecases.check_password import network
from kernel.principal import Role

START = datetime(2026, 9, 1, tzinfo=UTC)
LIMIT = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
NASTY = st.text(
    alphabet=st.sampled_from("/\\.%2f5c09aA@:?#&=;\t\n\r \x00\u2028\uff0fehvilx"), max_size=30
)


@given(st.one_of(NASTY, NASTY.map(lambda text: "/" + text), st.text(max_size=30)))
def test_a_browser_never_leaves_the_site_by_next(asked: str) -> None:
    path = local_path(asked)
    # A browser drops tabs and line feeds and reads a backslash as a slash.
    for read in (path, unquote(path.partition("?")[0]), path.replace("\\", "/")):
        joined = urlsplit(urljoin("https://own.example/sign-in", read))
        assert (joined.scheme, joined.netloc) == ("https", "own.example")
    assert path.startswith("/")
    assert not path.startswith("//")
    assert path.isascii()
    assert path.isprintable()


@given(st.lists(st.tuples(st.integers(0, 1200), st.booleans()), max_size=60))
def test_no_window_ever_holds_more_wrong_attempts_than_allowed(
    steps: list[tuple[int, bool]],
) -> None:
    tally: Tally | None = None
    now, wrong = START, []
    for seconds, is_right in steps:
        now += timedelta(seconds=seconds)
        if tally is not None and tally.is_locked(now):
            assert tally.locked_until is not None
            assert tally.locked_until - now <= timedelta(minutes=15)
            continue
        tally = count(tally, LIMIT, now)
        if is_right:
            tally = give_back(tally, LIMIT)
        else:
            wrong.append(now)
    # Fixed windows may touch: two windows' worth in one span, and never more.
    for moment in wrong:
        assert sum(moment <= other < moment + LIMIT.window for other in wrong) < 2 * LIMIT.attempts


def test_waiting_time_is_told_in_whole_minutes_rounded_up() -> None:
    assert minutes_left(START + timedelta(seconds=1), START) == 1
    assert minutes_left(START + timedelta(seconds=61), START) == 2
    assert minutes_left(START + timedelta(minutes=15), START) == 15


@given(st.sets(st.sampled_from(Role)), st.lists(st.sets(st.sampled_from(Role)), max_size=3))
def test_splitting_roles_over_accounts_never_helps(
    roles: set[Role], others: list[set[Role]]
) -> None:
    apart = role_problems(frozenset(roles), [frozenset(other) for other in others])
    staff = roles.union(*others) - {Role.PUPIL}
    if not apart and roles != {Role.PUPIL}:
        assert role_problems(frozenset(staff), ()) == () or Role.CLIENT in staff
    powers = {Role.ADMINISTRATOR, Role.AUDITOR, Role.APPROVER}
    if roles != {Role.PUPIL} and len(powers & staff) > 1:
        assert apart


@given(st.text(max_size=200))
def test_any_cookie_header_is_read_without_fail(header: str) -> None:
    assert set(cookies(header, ("xueyin",))) <= {"xueyin"}


def test_an_address_is_what_one_host_commands() -> None:
    assert network("198.51.100.7") == network("::ffff:198.51.100.7") == "198.51.100.7"
    assert network("2001:db8::1") == network("2001:db8::2:3:4:5") == "2001:db8::/64"
    assert network("2001:db8:0:1::1") != network("2001:db8::1")
    assert network("") == network("testclient") == "unknown"
