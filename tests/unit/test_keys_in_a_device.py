"""A device that holds the keys: it may go and come back, be the wrong one, or refuse its PIN."""

from __future__ import annotations

from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import AttributeSensitive

from storage.key_hardware import keys_in_hardware
from storage.keys import KeysAway, KeysMissing, KeysUnusable
from tests.fixtures_keys import PIN, SOFTHSM, TokenOfKeys

Tokens = tuple[TokenOfKeys, TokenOfKeys]


# The library says on standard error that the search it was in has no session any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_device_that_was_away_for_a_moment_goes_on_with_what_was_wrapped(tokens: Tokens) -> None:
    keys = tokens[0].open()
    kek_id, wrapped = keys.wrap(b"k" * 32, b"recording 1")

    pkcs11.lib(str(SOFTHSM)).reinitialize()

    assert keys.unwrap(kek_id, wrapped, b"recording 1") == b"k" * 32
    pkcs11.lib(str(SOFTHSM)).reinitialize()
    assert keys.wrap(b"k" * 32, b"recording 2")[0] == kek_id


def test_keys_are_made_only_where_nothing_was_sealed_yet(tokens: Tokens) -> None:
    with pytest.raises(KeysMissing):
        keys_in_hardware(SOFTHSM, "city", PIN, create=False)

    made = keys_in_hardware(SOFTHSM, "city", PIN, create=True)

    assert keys_in_hardware(SOFTHSM, "city", PIN, create=True).known() == made.known()


def test_no_key_can_be_taken_out_of_the_device(tokens: Tokens) -> None:
    tokens[0].open().renew()
    pkcs11.lib(str(SOFTHSM)).reinitialize()

    with pkcs11.lib(str(SOFTHSM)).get_token(token_label="city").open(user_pin=PIN) as session:
        found = list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY}))
        for key in found:
            with pytest.raises(AttributeSensitive):
                key[Attribute.VALUE]

    assert len(found) == 3


def test_a_device_that_is_not_there_and_one_that_refuses_the_pin_are_told_apart(
    tokens: Tokens, tmp_path: Path
) -> None:
    with pytest.raises(KeysAway):
        keys_in_hardware(SOFTHSM, "no such token", PIN, create=True)
    with pytest.raises(KeysAway):
        keys_in_hardware(tmp_path / "no-library.so", "city", PIN, create=True)
    with pytest.raises(KeysUnusable, match="PIN"):
        keys_in_hardware(SOFTHSM, "city", "9999", create=True)
