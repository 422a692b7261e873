"""Wherever a city keeps its keys, the same promises hold."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.caller_numbers import CallerNumbers
from storage.keys import KeysGivenElsewhere, Wrapped, WrongKey
from tests.fixtures_keys import KeyPlace

DATA_KEY = os.urandom(32)
Places = tuple[KeyPlace, KeyPlace]


def test_a_data_key_opens_again_after_a_restart_and_never_lies_bare(key_places: Places) -> None:
    city, _elsewhere = key_places

    kek_id, wrapped = city.open().wrap(DATA_KEY, b"recording 1")

    assert city.open().unwrap(kek_id, wrapped, b"recording 1") == DATA_KEY
    assert DATA_KEY not in wrapped
    assert city.open().known() == (kek_id,)
    assert city.open().wrap(DATA_KEY, b"recording 1")[1] != wrapped


def test_a_data_key_opens_only_in_its_context_unchanged_and_under_its_own_city_s_key(
    key_places: Places,
) -> None:
    city, elsewhere = key_places[0].open(), key_places[1].open()
    kek_id, wrapped = city.wrap(DATA_KEY, b"recording 1")
    other_id, _ = elsewhere.wrap(DATA_KEY, b"recording 1")

    assert city.unwrap(kek_id, wrapped, b"recording 1") == DATA_KEY
    for provider, name, sealed, context in (
        (city, kek_id, wrapped, b"recording 2"),
        (city, kek_id, wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"recording 1"),
        (city, kek_id, wrapped[:20], b"recording 1"),
        (city, kek_id, b"", b"recording 1"),
        (city, "kek-other", wrapped, b"recording 1"),
        (elsewhere, kek_id, wrapped, b"recording 1"),
        (elsewhere, other_id, wrapped, b"recording 1"),
    ):
        with pytest.raises(WrongKey):
            provider.unwrap(name, sealed, context)
    assert city.unwrap(kek_id, wrapped, b"recording 1") == DATA_KEY, "a refusal spoils nothing"


def test_numbers_are_read_after_a_restart_and_in_no_other_city(key_places: Places) -> None:
    city, elsewhere = key_places
    sealed, found_by = CallerNumbers(city.open()).seal("+819012345678")

    again, stranger = CallerNumbers(city.open()), CallerNumbers(elsewhere.open())

    assert again.open(sealed) == "+819012345678"
    assert again.hash("+819012345678") == found_by != stranger.hash("+819012345678")
    with pytest.raises(WrongKey):
        stranger.open(sealed)


def test_a_renewed_key_wraps_and_the_one_before_still_unwraps(key_places: Places) -> None:
    city, _elsewhere = key_places
    before = city.open()
    old_id, wrapped = before.wrap(DATA_KEY, b"recording 1")
    number, _hash = CallerNumbers(before).seal("+819012345678")

    after = city.renew()
    new_id, wrapped_anew = after.wrap(DATA_KEY, b"recording 2")

    assert tuple(after.known()) == (old_id, new_id)
    assert after.unwrap(old_id, wrapped, b"recording 1") == DATA_KEY
    assert after.unwrap(new_id, wrapped_anew, b"recording 2") == DATA_KEY
    assert CallerNumbers(after).open(number) == "+819012345678"


def test_rewrapped_keys_open_under_the_newest_key_alone(key_places: Places) -> None:
    city, _elsewhere = key_places
    contexts = [f"recording {number}".encode() for number in range(20)]
    old = [Wrapped(*city.open().wrap(DATA_KEY, context), context) for context in contexts]

    after = city.renew()
    new_id, anew = after.rewrap(old)

    assert new_id == after.known()[-1]
    for one, wrapped in zip(old, anew, strict=True):
        assert after.unwrap(new_id, wrapped, one.context) == DATA_KEY
        with pytest.raises(WrongKey):
            after.unwrap(one.kek_id, wrapped, one.context)
    with pytest.raises(WrongKey):
        after.rewrap([*old, Wrapped(old[0].kek_id, old[0].wrapped, b"another recording")])


def test_a_process_that_was_running_takes_up_the_newer_key_unless_people_must_give_it(
    key_places: Places,
) -> None:
    city, _elsewhere = key_places
    running = city.open()
    try:
        newest = city.open().renew()
    except KeysGivenElsewhere:
        return  # of the environment: processes see it when they start again

    kek_id, wrapped = running.wrap(DATA_KEY, b"recording 1")

    assert kek_id == newest == city.open().known()[-1]
    assert city.open().unwrap(kek_id, wrapped, b"recording 1") == DATA_KEY


def test_a_retired_key_unwraps_no_more_and_the_newest_cannot_be_retired(key_places: Places) -> None:
    city, _elsewhere = key_places
    old_id, wrapped = city.open().wrap(DATA_KEY, b"recording 1")
    after = city.renew()
    newest = after.known()[-1]
    try:
        where = after.retire(old_id)
    except KeysGivenElsewhere:
        return  # people take it out of the environment

    assert old_id in where
    assert tuple(after.known()) == tuple(city.open().known()) == (newest,)
    with pytest.raises(WrongKey):
        city.open().unwrap(old_id, wrapped, b"recording 1")
    for refused in (newest, "kek-other"):
        with pytest.raises(WrongKey):
            after.retire(refused)
    assert city.renew().known()[0] == newest


def test_many_threads_may_ask_at_once(key_places: Places) -> None:
    keys = key_places[0].open()

    def there_and_back(number: int) -> bool:
        context = str(number).encode()
        return keys.unwrap(*keys.wrap(DATA_KEY, context), context) == DATA_KEY

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(there_and_back, range(100)))
