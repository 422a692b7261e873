"""What Asterisk says of a caller becomes a class and, only if it is a valid telephone number, E.164. Pure.

Whoever withheld the number stays unnamed even where the network told it, and whatever is not surely a number
is none: a wrong reading would count two citizens as one. Nothing a stranger sends can break this file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers

from telephony.call.events import CallerClass, CallerIdentity

_LONGEST = 40
"""No telephone number with its separators is longer; beyond it nothing is parsed."""

_READ_AT_MOST = 200

_SEPARATORS = re.compile(r"[\s\-().\u2010-\u2015\u2212\u30fc]+")
_WRAPPING = re.compile(r"^(?:sips?:|tel:)", re.IGNORECASE)
_DIGITS = re.compile(r"\+?[0-9]{3,20}")

_EXTENSION = re.compile(r"\s*\(?(?:内線|ext\.?|extension|x)\s*:?\s*[0-9]{1,7}\)?$", re.IGNORECASE)
"""A seat behind a number: who is counted is the number. After a semicolon (RFC 3966) it is cut off before."""

_WITHHOLDING_PREFIX = re.compile(r"^18[46](?=[0+])")
"""184 withholds and 186 shows the number for one call (NTT); some gateways pass them on."""

# Why a number is missing, as Japanese networks write it into the display name (TTC JT-Q3401: Anonymous,
# Coin line/payphone, Unavailable, Interaction with other service), and as gateways translate it.
_WORDS: tuple[tuple[CallerClass, tuple[str, ...]], ...] = (
    (CallerClass.PAYPHONE, ("公衆電話", "payphone", "pay phone", "coin line")),
    (
        CallerClass.UNAVAILABLE,
        ("表示圏外", "通知圏外", "通知不可", "unavailable", "out of area", "interaction with other service"),
    ),
    (CallerClass.WITHHELD, ("非通知", "anonymous", "private", "withheld", "restricted", "reject by user")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, in clear: lives only until it is sealed, and is never written anywhere."""

    kind: CallerClass
    e164: str | None = None

    def sealed_by(self, seal: Callable[[str], tuple[bytes, bytes]]) -> CallerIdentity:
        """Seal the caller. ``seal`` turns E.164 into the encrypted number and its keyed hash."""
        if self.e164 is None:
            return CallerIdentity(kind=self.kind)
        sealed, keyed = seal(self.e164)
        return CallerIdentity(kind=self.kind, sealed=sealed, hash=keyed)


def read_caller(number: str, name: str = "", presentation: str = "") -> Caller:
    """Read who calls from Asterisk's ``CALLERID(num)``, ``CALLERID(name)`` and ``CALLERID(num-pres)``.

    Never raises, whatever a stranger put into the first two.
    """
    plain = _plain(number)
    # Behind an @ or a semicolon stand addresses and SIP parameters, which are no part of the number.
    user = re.split(r"[;@]", _WRAPPING.sub("", plain.strip('<>"')), maxsplit=1)[0]
    # The name is the more exact: a payphone comes as "Coin line/payphone" <sip:anonymous@anonymous.invalid>.
    said = _said_class(_plain(name)) or _said_class(user)
    if presentation.startswith("prohib"):
        return Caller(kind=said or CallerClass.WITHHELD)
    e164 = _e164(user)
    if e164 is not None:
        return Caller(kind=CallerClass.NUMBER, e164=e164)
    if said is not None:
        return Caller(kind=said)
    return Caller(kind=CallerClass.UNREADABLE if plain else CallerClass.UNAVAILABLE)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_READ_AT_MOST]).strip()


def _said_class(text: str) -> CallerClass | None:
    words = text.casefold()
    return next((kind for kind, signs in _WORDS if any(sign in words for sign in signs)), None)


def _e164(user: str) -> str | None:
    if len(user) > _LONGEST:
        return None
    digits = _WITHHOLDING_PREFIX.sub("", _SEPARATORS.sub("", _EXTENSION.sub("", user)))
    if not _DIGITS.fullmatch(digits):
        return None
    try:
        read = phonenumbers.parse(digits, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(read):
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
