"""Every step from every state: what is allowed, and that nothing else is."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kernel.errors import ConflictError
from sharing.requests.domain.request_state import (
    FINAL,
    STEP_TITLES,
    TITLES,
    TRANSITIONS,
    State,
    Step,
    after,
    may,
)

ALLOWED = {
    State.DRAFT: {"edit": "draft", "submit": "submitted", "withdraw": "withdrawn"},
    State.RETURNED: {"edit": "returned", "submit": "submitted", "withdraw": "withdrawn"},
    State.SUBMITTED: {
        "review": "reviewed", "return": "returned", "reject": "rejected", "withdraw": "withdrawn",
    },
    State.REVIEWED: {
        "approve": "approved", "return": "returned", "reject": "rejected", "withdraw": "withdrawn",
    },
    State.APPROVED: {"revoke": "revoked"},
    State.REJECTED: {},
    State.WITHDRAWN: {},
    State.REVOKED: {},
}  # fmt: skip


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", list(Step))
def test_each_step_from_each_state_leads_where_the_table_says_or_is_refused(
    state: State, step: Step
) -> None:
    expected = ALLOWED[state].get(step.value)
    assert may(state, step) == (expected is not None)
    if expected is None:
        with pytest.raises(ConflictError, match=f"{TITLES[state]}.*{STEP_TITLES[step]}"):
            after(state, step)
    else:
        assert after(state, step) == State(expected)


def test_what_is_final_has_no_way_out() -> None:
    assert {state for state, _ in TRANSITIONS}.isdisjoint(FINAL)
    assert {state for state, ways in ALLOWED.items() if not ways} == FINAL


class Walk(RuleBasedStateMachine):
    """Any walk: what is approved was submitted and reviewed in its last round."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.since_submission: list[Step] = []
        self.revoked = False

    @rule(step=st.sampled_from(list(Step)))
    def take(self, step: Step) -> None:
        try:
            self.state = after(self.state, step)
        except ConflictError:
            return
        if step is Step.SUBMIT:
            self.since_submission = []
        self.since_submission.append(step)

    @invariant()
    def approved_means_submitted_and_reviewed_in_this_round(self) -> None:
        if self.state is State.APPROVED:
            assert self.since_submission == [Step.SUBMIT, Step.REVIEW, Step.APPROVE]
        if self.state is State.REVOKED:
            assert self.since_submission[-2:] == [Step.APPROVE, Step.REVOKE]

    @invariant()
    def only_a_draft_or_a_returned_one_can_be_edited(self) -> None:
        assert may(self.state, Step.EDIT) == (self.state in (State.DRAFT, State.RETURNED))


TestWalk = Walk.TestCase
