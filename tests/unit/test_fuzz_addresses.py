"""What stands behind a question mark in an address may be anything: it is read, or it is nothing."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from api.reading.calls import Cursor
from api.routes.access_log import read_moment
from api.search_form import read_period

ANYTHING = (
    st.text(max_size=40)
    | st.datetimes().map(lambda one: one.isoformat())
    | st.datetimes(timezones=st.timezones()).map(lambda one: one.isoformat())
    | st.dates().map(lambda one: one.isoformat())
)


@given(moment=ANYTHING, call=st.text(max_size=20))
@example(moment="0001-01-01T00:00:00+14:00", call="a")
@example(moment="2026-11-22T10:00:00+25:00", call="a")
def test_a_place_in_the_list_has_a_zone_and_a_call_and_is_told_again_as_it_was(
    moment: str, call: str
) -> None:
    found = Cursor.read(f"{moment}~{call}")

    if found is not None:
        assert found.at.tzinfo is not None
        assert found.call.isprintable()
        assert Cursor.read(str(found)) == found


@given(since=ANYTHING, until=ANYTHING)
@example(since="0001-01-01", until="9999-12-31")
@example(since="9999-12-31", until="9999-12-31")
def test_a_period_of_a_search_has_a_length_and_lies_where_recordings_can(since: str, until: str) -> None:
    found = read_period(since, until)

    if found is not None:
        assert found[0] < found[1]
        assert found[0].year >= 2000
        assert found[1].utcoffset() is not None


@given(ANYTHING)
def test_a_moment_of_the_access_log_has_a_zone_or_is_none(words: str) -> None:
    found = read_moment(words)

    assert found is None or found.tzinfo is not None
