"""Pages about a second factor that look the same at sign-in and later: the secret to scan, and the codes."""

from __future__ import annotations

from fastapi.responses import HTMLResponse
from pyotp.totp import TOTP
from sqlalchemy import text

from api.parts import ConsoleParts
from api.qr_picture import qr_picture
from api.rendering import Pages
from core.ids import AccountId

_LOGIN = text("SELECT login FROM accounts WHERE id = :account")
_STATUS = {"": 200, "refused": 401, "password": 401, "later": 429, "many": 503}


def set_up_page(  # noqa: PLR0913  what the page can show
    show: Pages,
    parts: ConsoleParts,
    account: AccountId,
    secret: str,
    *,
    csrf: str,
    action: str,
    next: str,  # noqa: A002  the form says it
    asks_password: bool,
    must: bool,
    fault: str = "",
    wait: int = 0,
) -> HTMLResponse:
    """Show a secret as a picture and as letters, and ask for its first code."""
    with parts.database.begin() as connection:
        login: str = connection.execute(_LOGIN, {"account": account}).scalar_one()
    address = TOTP(secret).provisioning_uri(name=login, issuer_name=f"通話録 {parts.profile.name}")
    fault = "later" if wait else fault
    return show.bare(
        "factor_set_up.html", status=_STATUS[fault],
        qr=qr_picture(address), secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        csrf=csrf, action=action, next=next, asks_password=asks_password, must=must, fault=fault, wait=wait,
    )  # fmt: skip


def codes_page(show: Pages, codes: list[str], wanted: str) -> HTMLResponse:
    """Show recovery codes: here and now, and nowhere again."""
    return show.bare("recovery_codes.html", codes=codes, next=wanted)
