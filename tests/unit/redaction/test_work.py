"""The editor: whatever is done in whatever order, the passages are what the events say."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.ids import AccountId
from disclosure.redaction import work_events as on
from disclosure.redaction.work import NoSuchPassage, PassageWrong, allow, last_of, work_of
from disclosure.redaction.work_event_words import read, written
from transcription.utterance import Track

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
SATO, SUZUKI = AccountId(UUID(int=1)), AccountId(UUID(int=2))
WHOLE = 60.0


def masked(number: int, start: float = 1.0, end: float = 2.0, by: AccountId = SATO, **more: str) -> on.Masked:
    return on.Masked(
        at=AT, by=by, mask=UUID(int=number), track=Track.CALLER, start=start, end=end, **more
    )  # fmt: skip


masks = st.integers(1, 4).map(lambda one: UUID(int=one))
who = st.sampled_from([SATO, SUZUKI])


def about(number: int, start: float = 1.0, end: float = 2.0, by: AccountId = SATO) -> on.AboutOther:
    return on.AboutOther(
        at=AT, by=by, about=UUID(int=number), track=Track.CALLER, start=start, end=end, person=UUID(int=99)
    )  # fmt: skip


events = st.one_of(
    st.builds(
        masked,
        st.integers(1, 4),
        st.floats(0, 50),
        st.floats(50.1, 60),
        who,
        offer=st.sampled_from(["", "x"]),
    ),
    st.builds(on.Unmasked, at=st.just(AT), by=who, mask=masks),
    st.builds(on.Grounded, at=st.just(AT), by=who, mask=masks, ground=st.sampled_from(["a", "b"])),
    st.builds(on.Declined, at=st.just(AT), by=who, offer=st.sampled_from(["x", "y"])),
    st.builds(about, st.integers(1, 4), st.floats(0, 50), st.floats(50.1, 60), who),
    st.builds(on.NotAboutOther, at=st.just(AT), by=who, about=masks),
    st.builds(on.Undone, at=st.just(AT), by=who, number=st.integers(1, 12)),
)


@given(st.lists(events, max_size=25))
def test_whatever_is_allowed_can_be_read_again_and_taken_back_to_the_beginning(
    wanted: list[on.WorkEvent],
) -> None:
    done: list[on.WorkEvent] = []
    for event in wanted:
        try:
            work = allow(done, event, WHOLE)
        except DomainError:
            continue
        done.append(event)
        assert work == work_of(done)
        assert work.number == len(done)
    assert [read(written(one)) for one in done] == done

    before = len(done)
    while (
        number := max(filter(None, (last_of(done, SATO), last_of(done, SUZUKI))), default=None)
    ) is not None:
        done.append(on.Undone(at=AT, by=SATO, number=number))
        work_of(done)
        assert len(done) <= 2 * before + 1
    assert work_of(done).masks == {}
    assert work_of(done).declined == frozenset()


def test_an_undo_takes_back_ones_own_last_step_and_no_colleagues() -> None:
    done = [masked(1), masked(2, by=SUZUKI)]

    number = last_of(done, SATO)

    assert number == 1
    work = allow(done, on.Undone(at=AT, by=SATO, number=1), WHOLE)
    assert set(work.masks) == {UUID(int=2)}


def test_what_a_later_step_speaks_of_is_taken_back_after_it() -> None:
    done = [masked(1), on.Grounded(at=AT, by=SUZUKI, mask=UUID(int=1), ground="a")]

    assert last_of(done, SATO) is None
    with pytest.raises(NoSuchPassage):
        allow(done, on.Undone(at=AT, by=SATO, number=1), WHOLE)


@pytest.mark.parametrize(("start", "end"), [(59.0, 61.0), (5.0, 5.01), (5.0, 4.0)])
def test_a_passage_lies_in_the_recording_and_can_be_heard(start: float, end: float) -> None:
    with pytest.raises(PassageWrong):
        allow([], masked(1, start, end), WHOLE)


def test_a_passage_without_a_ground_is_told() -> None:
    work = work_of([masked(1), masked(2, ground="a")])

    assert [one.id for one in work.ungrounded] == [UUID(int=1)]


def test_a_mark_of_a_third_person_leaves_nothing_out_and_makes_nobody_its_maker() -> None:
    work = work_of([masked(1, by=SATO), about(2, by=SUZUKI)])

    assert work.number == 2
    assert work.maker == SATO
    assert [one.person for one in work.others.values()] == [UUID(int=99)]
    assert work.silent(Track.CALLER) == work_of([masked(1)]).silent(Track.CALLER)


def test_a_mark_is_taken_off_once_and_lies_within_the_recording() -> None:
    off = on.NotAboutOther(at=AT, by=SATO, about=UUID(int=2))

    assert not allow([about(2)], off, WHOLE).others
    with pytest.raises(NoSuchPassage):
        allow([about(2), off], off, WHOLE)
    with pytest.raises(NoSuchPassage):
        allow([about(2)], about(2), WHOLE)
    with pytest.raises(PassageWrong):
        allow([], about(2, 50.0, WHOLE + 1), WHOLE)


def test_a_mark_that_was_taken_off_stays_so_when_the_mark_itself_is_undone_last() -> None:
    off = on.NotAboutOther(at=AT, by=SATO, about=UUID(int=2))
    done = [about(2), off]

    assert last_of(done, SATO) == 2
    back = allow(done, on.Undone(at=AT, by=SATO, number=2), WHOLE)
    assert list(back.others) == [UUID(int=2)]
