"""Keys: made once, readable by their owner only, and without them nothing starts."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from storage.caller_numbers import CallerNumbers
from storage.key_files import keys_from_files
from storage.keys import KeysMissing, KeysUnusable, WrongKey, keys_from_environment


def test_without_keys_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing):
        keys_from_files(tmp_path / "keys", create=False)
    with pytest.raises(KeysMissing):
        keys_from_environment(None)


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    first = keys_from_files(tmp_path / "keys", create=True)
    again = keys_from_files(tmp_path / "keys", create=True)
    later = keys_from_files(tmp_path / "keys", create=False)

    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["number-hash.key", "numbers.key", "vault.key"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert first.secret("vault") == again.secret("vault") == later.secret("vault")
    assert len({first.secret("vault"), first.secret("numbers"), first.secret("number-hash")}) == 3


def test_one_lost_key_is_not_replaced_silently(tmp_path: Path) -> None:
    keys_from_files(tmp_path, create=True)
    (tmp_path / "numbers.key").unlink()

    for create in (False, True):
        with pytest.raises(KeysMissing):
            keys_from_files(tmp_path, create=create)


def test_a_key_that_others_can_read_or_that_is_no_key_is_refused(tmp_path: Path) -> None:
    keys_from_files(tmp_path, create=True)
    (tmp_path / "vault.key").chmod(0o644)
    with pytest.raises(KeysUnusable):
        keys_from_files(tmp_path, create=False)

    (tmp_path / "vault.key").chmod(0o600)
    (tmp_path / "vault.key").write_text("not a key")
    with pytest.raises(KeysUnusable):
        keys_from_files(tmp_path, create=False)
    with pytest.raises(KeysUnusable):
        keys_from_environment(base64.b64encode(b"too short").decode())


def test_a_data_key_opens_only_in_its_context_and_under_its_key(tmp_path: Path) -> None:
    keys, others = keys_from_files(tmp_path / "a", create=True), keys_from_files(tmp_path / "b", create=True)
    data_key = os.urandom(32)
    kek_id, wrapped = keys.wrap(data_key, b"recording 1")

    assert keys.unwrap(kek_id, wrapped, b"recording 1") == data_key
    assert data_key not in wrapped
    for provider, name, context in (
        (keys, kek_id, b"recording 2"),
        (others, kek_id, b"recording 1"),
        (keys, "kek-other", b"recording 1"),
    ):
        with pytest.raises(WrongKey):
            provider.unwrap(name, wrapped, context)
    with pytest.raises(WrongKey):
        keys.unwrap(kek_id, wrapped[:-1] + b"x", b"recording 1")


def test_keys_from_the_environment_are_the_same_every_time() -> None:
    secret = base64.b64encode(bytes(32)).decode()

    assert keys_from_environment(secret).secret("numbers") == keys_from_environment(secret).secret("numbers")


def test_the_same_caller_is_found_by_hash_and_never_by_the_encrypted_number(tmp_path: Path) -> None:
    keys = keys_from_files(tmp_path / "a", create=True)
    numbers = CallerNumbers(keys)
    (first, one_hash), (second, same_hash) = numbers.seal("+819012345678"), numbers.seal("+819012345678")

    assert numbers.open(first) == numbers.open(second) == "+819012345678"
    assert first != second
    assert one_hash == same_hash == numbers.hash("+819012345678")
    assert len(one_hash) == 16
    assert numbers.hash("+819012345679") != one_hash
    assert CallerNumbers(keys_from_files(tmp_path / "b", create=True)).hash("+819012345678") != one_hash


def test_a_changed_number_is_refused(tmp_path: Path) -> None:
    numbers = CallerNumbers(keys_from_files(tmp_path, create=True))
    sealed, _hash = numbers.seal("+819012345678")

    with pytest.raises(WrongKey):
        numbers.open(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(WrongKey):
        numbers.open(b"")
