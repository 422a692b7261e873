"""A desk phone's password: made anew, shown once on the terminal, and kept by nobody but the phone."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.errors import NotFound
from core.ids import PhoneId
from core.settings import Settings
from runtime.asterisk_server import practice_phones
from runtime.installation import Installation
from runtime.rehearsal import NothingSetUp


class NoSuchPhone(NotFound):
    """その名前の電話機は、市の設定ファイルにありません。"""

    code = "no-such-phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewedPhone:
    """What to type into a phone. ``told`` says that Asterisk believes it already."""

    password: str = field(repr=False)
    told: bool


def renew_phone_secret(settings: Settings, phone: str) -> RenewedPhone:
    """Give a phone a new password. The old one ends at once, a registration made with it within ten minutes.

    Raises:
        NothingSetUp: no phone has a password here yet; none is made
        NoSuchPhone: the profile does not know the phone
        BadPbxPlan: the profile holds something Asterisk cannot be told
    """
    installation = Installation(settings)
    if not installation.secrets.has_phone_passwords:
        raise NothingSetUp
    known = installation.profile.phone(PhoneId(phone))
    if known is None:
        raise NoSuchPhone
    practice = known.id in practice_phones(installation.profile)
    password = installation.secrets.renew_phone(known.id, practice=practice)
    # Built only now, so that it is made of the new password.
    server = installation.asterisk
    return RenewedPhone(password=password, told=server is not None and server.renew_phones())
