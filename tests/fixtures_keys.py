"""Places where a city may keep its keys, each as people use it, and another city's beside it."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass

from storage.key_files import keys_from_files
from storage.key_hardware import keys_in_hardware
from storage.keys import FixedKeys, KeyProvider, keys_from_environment

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "2468"


class KeyPlace(Protocol):
    """One place for keys."""

    def open(self) -> KeyProvider:
        """Open it as a process does that starts."""
        ...

    def renew(self) -> KeyProvider:
        """Do what people do to begin a rotation, and open it as the next process does."""
        ...


@dataclass(kw_only=True)
class FolderOfKeys:
    """Key files."""

    folder: Path

    def open(self) -> KeyProvider:
        return keys_from_files(self.folder, create=True)

    def renew(self) -> KeyProvider:
        self.open().renew()
        return self.open()


class KeysOfEnvironment:
    """Values that people put into the environment."""

    def __init__(self) -> None:
        self.first = self.newest = base64.b64encode(os.urandom(32)).decode()
        self.former: str | None = None

    def open(self) -> FixedKeys:
        return keys_from_environment(self.newest, self.former, self.first if self.former else None)

    def renew(self) -> KeyProvider:
        self.former, self.newest = self.newest, base64.b64encode(os.urandom(32)).decode()
        return self.open()


@dataclass(kw_only=True)
class TokenOfKeys:
    """A token of SoftHSM, which is PKCS#11 in software: it speaks as a device does and protects nothing."""

    token: str

    def empty(self) -> None:
        """Take every key out; whoever was speaking with the device is cut off."""
        library = pkcs11.lib(str(SOFTHSM))
        library.reinitialize()
        with library.get_token(token_label=self.token).open(rw=True, user_pin=PIN) as session:
            for key in list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})):
                key.destroy()

    def open(self) -> KeyProvider:
        return keys_in_hardware(SOFTHSM, self.token, PIN, create=True)

    def renew(self) -> KeyProvider:
        self.open().renew()
        return self.open()


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TokenOfKeys, TokenOfKeys]]:
    """Two tokens in a SoftHSM of this test run's own."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(settings))
        for label in ("city", "elsewhere"):
            command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN]
            subprocess.run([*command, "--so-pin", "13579"], check=True, capture_output=True)
        yield TokenOfKeys(token="city"), TokenOfKeys(token="elsewhere")


@pytest.fixture
def tokens(softhsm: tuple[TokenOfKeys, TokenOfKeys]) -> tuple[TokenOfKeys, TokenOfKeys]:
    """The two tokens without any key in them."""
    for one in softhsm:
        one.empty()
    return softhsm


@pytest.fixture(params=["files", "environment", "device"])
def key_places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[KeyPlace, KeyPlace]:
    """The city's place for keys, and another city's of the same kind."""
    if request.param == "files":
        return FolderOfKeys(folder=tmp_path / "city"), FolderOfKeys(folder=tmp_path / "elsewhere")
    if request.param == "environment":
        return KeysOfEnvironment(), KeysOfEnvironment()
    city, elsewhere = request.getfixturevalue("tokens")
    return city, elsewhere
