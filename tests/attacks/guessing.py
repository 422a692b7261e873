"""Ways to come in as somebody else at the sign-in: guesses, codes that were used, accounts that are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

import pyotp
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from api import second_factors
from api import sign_in as room
from api.attempts import Patience, SignInLater
from api.passwords import Passwords
from api.sign_in import SignIn, SignInRefused
from core.actors import Role
from core.ids import AccountId
from tests.attacks.attack import Attack
from tests.attacks.switches import patched, without
from tests.office import PASSWORD

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

LATER, REFUSED, WRONG_CODE = "sign_in.later", "sign_in.refused", "second_factor.refused"
HERE = "10.0.0.1"
STEP = timedelta(seconds=30)


def is_proven(hall: AttackedHall, login: str, password: str) -> bool:
    try:
        hall.app.state.sign_in.prove(login, password, HERE)
    except (SignInRefused, SignInLater):
        return False
    return True


def password_is_guessed(hall: AttackedHall) -> bool:
    login, _ = hall.newcomer()
    guesses = [*(f"guess-{number}" for number in range(6)), PASSWORD]
    return any(is_proven(hall, login, one) for one in guesses)


def with_telephone(hall: AttackedHall) -> tuple[AccountId, pyotp.TOTP, list[str]]:
    """Somebody with a second factor, whose first code was just used; and their recovery codes."""
    _, account = hall.newcomer()
    phone = pyotp.TOTP(hall.app.state.factors.begin(account))
    codes = hall.app.state.factors.confirm(account, phone.at(hall.office.parts.clock.now()))
    assert codes
    return account, phone, codes


def accepts(hall: AttackedHall, account: AccountId, code: str) -> bool:
    try:
        return hall.app.state.factors.accept(account, code)
    except SignInLater:
        return False


def code_is_guessed(hall: AttackedHall) -> bool:
    account, phone, _ = with_telephone(hall)
    following = phone.at(hall.office.parts.clock.now() + STEP)
    return any(accepts(hall, account, one) for one in (*["000000"] * 6, following))


def code_is_used_again(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    phone = pyotp.TOTP(hall.app.state.factors.begin(account))
    seen = phone.at(hall.office.parts.clock.now())
    assert hall.app.state.factors.confirm(account, seen)
    return accepts(hall, account, seen)


def recovery_code_is_used_again(hall: AttackedHall) -> bool:
    account, _, codes = with_telephone(hall)
    assert accepts(hall, account, codes[0])
    return accepts(hall, account, codes[0])


def code_of_somebody_else(hall: AttackedHall) -> bool:
    account, _, _ = with_telephone(hall)
    _, _, others = with_telephone(hall)
    return accepts(hall, account, others[0])


def disabled_signs_in(hall: AttackedHall) -> bool:
    login, account = hall.newcomer()
    hall.owned("UPDATE accounts SET disabled_at = now() WHERE id = :id", id=account)
    return is_proven(hall, login, PASSWORD)


def owner_is_kept_out(hall: AttackedHall) -> bool:
    """Whoever finds a desk unattended sets up a telephone of their own for its account."""
    _, account = hall.newcomer()
    desk = hall.arrive(account)
    desk.get("/account/second-factor")
    phone = pyotp.TOTP(hall.app.state.factors.waiting(account))
    hall.post(desk, "/account/second-factor", code=phone.at(hall.office.parts.clock.now()), password="not-it")
    return hall.app.state.factors.state_of(account).confirmed_at is not None


def seconds_of(sign: SignIn, login: str) -> float:
    """How long a wrong password takes."""
    began = perf_counter()
    with pytest.raises(SignInRefused):
        sign.prove(login, "wrong", HERE)
    return perf_counter() - began


def time_tells_who_works_here(hall: AttackedHall) -> bool:
    passwords = Passwords(Argon2Hasher(memory_cost=32768, time_cost=2, parallelism=1))
    parts = replace(hall.office.parts, passwords=passwords)
    slow = replace(hall.office, parts=parts)
    known = [f"jikan{next(hall.numbers)}" for _ in range(5)]
    for login in known:
        slow.account(login, Role.OPERATOR)
    sign = SignIn(parts.database, passwords, parts.clock, parts.sign_in_key)
    # One after the other and the quickest of each, so that a busy machine tells nothing.
    took = [(seconds_of(sign, f"nobody-{one}"), seconds_of(sign, one)) for one in known]
    return min(nobody for nobody, _ in took) < min(works_here for _, works_here in took) * 0.6


_matches = Passwords.matches


def matches_nobody_at_once(passwords: Passwords, password: str, stored: str | None) -> bool:
    return stored is not None and _matches(passwords, password, stored)


ANY_NUMBER = patched(Patience, "wait_after", lambda _patience, _failures: timedelta(0))
ATTACKS = (
    Attack(name="guessing a password", guard=ANY_NUMBER, told=LATER, attempt=password_is_guessed),
    Attack(name="guessing a telephone's code", guard=ANY_NUMBER, told=LATER, attempt=code_is_guessed),
    Attack(
        name="a code that was looked at while it was typed", told=WRONG_CODE, attempt=code_is_used_again,
        guard=patched(
            second_factors, "_TAKEN", text("SELECT CAST(:account AS uuid), CAST(:step AS bigint)")
        ),
    ),
    Attack(
        name="a recovery code found on a desk, used before", told=WRONG_CODE,
        guard=without(second_factors, "_USE", " AND used_at IS NULL"), attempt=recovery_code_is_used_again,
    ),
    Attack(
        name="signing in with an account that was closed", told=REFUSED, attempt=disabled_signs_in,
        guard=without(room, "_ACCOUNT", " AND disabled_at IS NULL"),
    ),
    Attack(
        name="a telephone of one's own for an unattended desk's account", told="sign_in.refused:again",
        guard=patched(SignIn, "prove_again", lambda *_: None), attempt=owner_is_kept_out,
    ),
    Attack(
        name="telling by the time of an answer who works here", told=REFUSED,
        guard=patched(Passwords, "matches", matches_nobody_at_once), attempt=time_tells_who_works_here,
    ),
)  # fmt: skip
