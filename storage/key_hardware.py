"""Keys in a device that never gives them out (PKCS#11): data keys go in and come back wrapped.

``tsuwaroku-vault-1``, ``-2``, … are AES-256 keys of the device's own making, sensitive and not extractable;
the one with the highest number wraps, each of them unwraps. ``tsuwaroku-numbers`` signs only: the keys of
caller numbers are what it says (HMAC-SHA-256) of their names, so that nothing of them lies on a disk.

The device must take nonces from us (AES-GCM, PKCS#11 2.40): some in FIPS mode draw their own and cannot be
used. A wrong PIN is tried once and not again, because devices lock themselves after a few.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import (
    NoSuchToken,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)

from core.logs import get_log
from storage.keys import (
    KEK_ID_OF,
    NONCE_BYTES,
    KeysAway,
    KeysMissing,
    KeysUnusable,
    SecretName,
    Wrapped,
    WrongKey,
)

_NUMBERS = "tsuwaroku-numbers"
_VAULT = re.compile(r"tsuwaroku-vault-([1-9][0-9]{0,3})")
_TAG_BITS = 128
_PIN_REFUSED = (PinIncorrect, PinInvalid, PinLenRange, PinLocked)

Answer = TypeVar("Answer")


class _Ring:
    """The keys that unwrap, by id, the oldest first, and the key that numbers come from."""

    def __init__(self, session: pkcs11.Session) -> None:
        found: dict[str, pkcs11.SecretKey] = {}
        for one in session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY}):
            if isinstance(one, pkcs11.SecretKey):
                found[str(one.label)] = one
        numbered = {int(match[1]): key for label, key in found.items() if (match := _VAULT.fullmatch(label))}
        self.newest = max(numbered, default=0)
        self.vault: Mapping[str, pkcs11.SecretKey] = {
            _kek_id_of(numbered[number]): numbered[number] for number in sorted(numbered)
        }
        self.numbers = found.get(_NUMBERS)


class HardwareKeys:
    """The keys in one token of a device. A lost session is opened anew, once for each thing asked.

    Args:
        module: the maker's PKCS#11 library
        token: label of the token
        pin: of its user

    Raises:
        KeysAway: no such library, or no such token in it
        KeysUnusable: the token does not take this PIN
        KeysMissing: the token holds none of our keys
    """

    def __init__(self, module: Path, token: str, pin: str) -> None:
        self._device = _Device(module, token, pin, on_open=self._look)
        self._device.ask(self._look)
        if not self._ring.vault or self._ring.numbers is None:
            raise KeysMissing
        self._secrets: dict[SecretName, bytes] = {}

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Have a data key encrypted: nonce, then AES-256-GCM with the context as associated data."""

        def wrap(session: pkcs11.Session) -> tuple[str, bytes]:
            self._look(session)
            newest = self._newest()
            return newest, _encrypt(self._ring.vault[newest], key, context)

        return self._device.ask(wrap)

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Have a data key decrypted, or raise WrongKey."""

        def unwrap(session: pkcs11.Session) -> bytes:
            if kek_id not in self._ring.vault:
                self._look(session)  # another process may have made it since
            return self._decrypt(Wrapped(kek_id, wrapped, context))

        return self._device.ask(unwrap)

    def rewrap(self, keys: Sequence[Wrapped]) -> tuple[str, list[bytes]]:
        """Have data keys wrapped anew under the newest key."""

        def rewrap(session: pkcs11.Session) -> tuple[str, list[bytes]]:
            self._look(session)
            newest = self._newest()
            kek = self._ring.vault[newest]
            return newest, [_encrypt(kek, self._decrypt(one), one.context) for one in keys]

        return self._device.ask(rewrap)

    def secret(self, name: SecretName) -> bytes:
        """Return a key of numbers, which a process keeps for as long as it lives."""
        if name not in self._secrets:

            def sign(_session: pkcs11.Session) -> bytes:
                if self._ring.numbers is None:
                    raise KeysMissing
                what = f"tsuwaroku {name}".encode()
                # The library adds this way to every key that may sign; its types do not say so.
                return bytes(self._ring.numbers.sign(what, mechanism=Mechanism.SHA256_HMAC))  # type: ignore[attr-defined]

            self._secrets[name] = self._device.ask(sign)
        return self._secrets[name]

    def known(self) -> Sequence[str]:
        """Return the ids of the keys that unwrap; the last one wraps."""
        self._device.ask(self._look)
        return tuple(self._ring.vault)

    def renew(self) -> str:
        """Have the device make a newer key."""

        def renew(session: pkcs11.Session) -> str:
            self._look(session)
            _make_vault_key(session, self._ring.newest + 1)
            self._look(session)
            return self._newest()

        return self._device.ask(renew)

    def retire(self, kek_id: str) -> str:
        """Give an older key another label; whoever keeps the device removes it when no backup needs it."""

        def retire(session: pkcs11.Session) -> str:
            self._look(session)
            if kek_id not in self._ring.vault or kek_id == self._newest():
                raise WrongKey
            label = f"tsuwaroku-retired-{kek_id}"
            self._ring.vault[kek_id][Attribute.LABEL] = label
            self._look(session)
            return label

        return self._device.ask(retire)

    def _look(self, session: pkcs11.Session) -> None:
        """Find the keys anew: others may have made newer ones, and what was found ends with its session."""
        self._ring = _Ring(session)

    def _newest(self) -> str:
        if not self._ring.vault:
            raise KeysMissing
        return list(self._ring.vault)[-1]

    def _decrypt(self, one: Wrapped) -> bytes:
        kek = self._ring.vault.get(one.kek_id)
        if kek is None or len(one.wrapped) <= NONCE_BYTES:
            raise WrongKey
        nonce, sealed = one.wrapped[:NONCE_BYTES], one.wrapped[NONCE_BYTES:]
        params = GCMParams(nonce=nonce, aad=one.context, tag_bits=_TAG_BITS)
        try:
            return bytes(kek.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=params))  # type: ignore[arg-type]
        except PKCS11Error:
            # Devices have many words for a tag that does not fit, and the same ones for being broken. One
            # that still does what it always can has refused these bytes.
            _kek_id_of(kek)
            raise WrongKey from None


class _Device:
    """One session with a token, used by one thread at a time."""

    def __init__(
        self,
        module: Path,
        token: str,
        pin: str,
        on_open: Callable[[pkcs11.Session], None] = lambda _session: None,
    ) -> None:
        self._module, self._token, self._pin = module, token, pin
        self._on_open = on_open
        self._session: pkcs11.Session | None = None
        self._pin_refused = False
        self._using = threading.Lock()

    def ask(self, question: Callable[[pkcs11.Session], Answer]) -> Answer:
        """Ask in the session there is, and if that fails once more in a new one.

        Raises:
            KeysAway, KeysUnusable, and what the question raises of ours
        """
        with self._using:
            if self._session is not None:
                try:
                    return question(self._session)
                except PKCS11Error as error:
                    get_log().warning("keys.device-failed", code=type(error).__name__)
                    self._session = None
            try:
                self._session = self._opened()
                self._on_open(self._session)
                return question(self._session)
            except _PIN_REFUSED:
                self._pin_refused = True
                raise KeysUnusable(
                    "鍵の装置が PIN を受け付けません。PIN と、装置の状態を確かめてください。"
                ) from None
            except PKCS11Error as error:
                self._session = None
                get_log().error("keys.device-away", code=type(error).__name__)
                raise KeysAway from None

    def _opened(self) -> pkcs11.Session:
        if self._pin_refused:
            raise KeysUnusable
        library = pkcs11.lib(str(self._module))
        try:
            token = library.get_token(token_label=self._token)
        except NoSuchToken:
            library.reinitialize()  # a device that came back is seen only by a library that starts anew
            token = library.get_token(token_label=self._token)
        try:
            return token.open(rw=True, user_pin=self._pin)
        except UserAlreadyLoggedIn:  # by another part of this process
            return token.open(rw=True)


def keys_in_hardware(module: Path, token: str, pin: str, *, create: bool) -> HardwareKeys:
    """Open the keys in a token.

    Args:
        module: the maker's PKCS#11 library
        token: label of the token
        pin: of its user
        create: have them made if none of them is there; otherwise refuse

    Raises:
        KeysAway, KeysUnusable, KeysMissing: as HardwareKeys
    """
    if create:
        _Device(module, token, pin).ask(_make_first_keys)
    return HardwareKeys(module, token, pin)


def _make_first_keys(session: pkcs11.Session) -> None:
    ring = _Ring(session)
    if ring.vault or ring.numbers is not None:
        return
    session.generate_key(
        KeyType.GENERIC_SECRET, 256, label=_NUMBERS, store=True, capabilities=MechanismFlag.SIGN,
        template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True, Attribute.PRIVATE: True},
    )  # fmt: skip
    _make_vault_key(session, 1)


def _make_vault_key(session: pkcs11.Session, number: int) -> None:
    session.generate_key(
        KeyType.AES, 256, label=f"tsuwaroku-vault-{number}", store=True,
        capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
        template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True, Attribute.PRIVATE: True},
    )  # fmt: skip


def _kek_id_of(key: pkcs11.SecretKey) -> str:
    """Name a key by what it makes of one known block: it cannot be hashed, and labels can be written anew."""
    block = bytes(key.encrypt(KEK_ID_OF, mechanism=Mechanism.AES_ECB))  # type: ignore[arg-type]
    return "kek-" + hashlib.sha256(block).hexdigest()[:16]


def _encrypt(kek: pkcs11.SecretKey, key: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    params = GCMParams(nonce=nonce, aad=context, tag_bits=_TAG_BITS)
    return nonce + bytes(kek.encrypt(key, mechanism=Mechanism.AES_GCM, mechanism_param=params))  # type: ignore[arg-type]
