"""Every citizen is read rightly or not at all, whatever the network or a stranger sends."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.call.callers import Caller, read_caller
from telephony.call.events import CallerClass, CallerIdentity


@pytest.mark.parametrize(
    ("number", "e164"),
    [
        ("03-3581-1111", "+81335811111"),
        ("0335811111", "+81335811111"),
        ("０９０－１２３４－５６７８", "+819012345678"),
        ("+81 90 1234 5678", "+819012345678"),
        ("819012345678", "+819012345678"),
        ("18409012345678", "+819012345678"),
        ("186-090-1234-5678", "+819012345678"),
        ("0120-444-113", "+81120444113"),
        ("0570-000-123", "+81570000123"),
        ("050-3123-4567", "+815031234567"),
        ("(03) 3581 1111", "+81335811111"),
        ("0335811111;user=phone;isub=7", "+81335811111"),
        ("0335811111;ext=12", "+81335811111"),
        ("03-3581-1111 内線 12", "+81335811111"),
        ("03-3581-1111（内線１２）", "+81335811111"),
        ("03-3581-1111 ext. 12", "+81335811111"),
        ("0335811111x12", "+81335811111"),
        ("sip:+819012345678@gateway.example;transport=udp", "+819012345678"),
        ("<tel:+819012345678>", "+819012345678"),
        ("+12125551234", "+12125551234"),
    ],
)
def test_a_valid_number_is_read_however_it_is_written(number: str, e164: str) -> None:
    assert read_caller(number, "", "allowed_not_screened") == Caller(kind=CallerClass.NUMBER, e164=e164)


@pytest.mark.parametrize(
    ("number", "name", "presentation", "kind"),
    [
        ("anonymous", "Anonymous", "prohib_not_screened", CallerClass.WITHHELD),
        ("", "", "prohib_passed_screen", CallerClass.WITHHELD),
        ("0335811111", "", "prohib_passed_screen", CallerClass.WITHHELD),
        ("非通知", "", "", CallerClass.WITHHELD),
        ("ANONYMOUS", "", "allowed", CallerClass.WITHHELD),
        ("", "Coin line/payphone", "unavailable", CallerClass.PAYPHONE),
        ("anonymous", "Coin line/payphone", "prohib_not_screened", CallerClass.PAYPHONE),
        ("", "公衆電話", "prohib_not_screened", CallerClass.PAYPHONE),
        ("", "表示圏外", "", CallerClass.UNAVAILABLE),
        ("", "Interaction with other service", "unavailable", CallerClass.UNAVAILABLE),
        ("unavailable", "", "", CallerClass.UNAVAILABLE),
        ("", "", "unavailable", CallerClass.UNAVAILABLE),
        ("", "", "", CallerClass.UNAVAILABLE),
        ("110", "", "allowed", CallerClass.UNREADABLE),
        ("2001", "内線 国保", "allowed", CallerClass.UNREADABLE),
        ("05000000000", "練習通話", "allowed", CallerClass.UNREADABLE),
        ("'; DROP TABLE calls; --", "", "allowed", CallerClass.UNREADABLE),
        ("090\x001234\r\n5678", "", "allowed", CallerClass.UNREADABLE),
        ("☎️090😀", "😀" * 500, "allowed", CallerClass.UNREADABLE),
        ("0" * 2048, "", "allowed", CallerClass.UNREADABLE),
        ("٠٩٠١٢٣٤٥٦٧٨", "", "allowed", CallerClass.UNREADABLE),
    ],
)
def test_whoever_shows_no_number_has_none_and_we_know_why(
    number: str, name: str, presentation: str, kind: CallerClass
) -> None:
    assert read_caller(number, name, presentation) == Caller(kind=kind)


def test_a_display_name_never_makes_a_caller_with_a_number_anonymous() -> None:
    assert read_caller("0335811111", "公衆電話", "allowed").e164 == "+81335811111"


@settings(max_examples=2000, deadline=None)
@given(
    number=st.one_of(st.text(max_size=300), st.from_regex(r"[0-9+\-;@ sip:()]{0,40}", fullmatch=True)),
    name=st.text(max_size=300),
    presentation=st.sampled_from(("", "allowed", "prohib", "unavailable", "\x00")),
)
def test_no_stranger_can_break_the_reading_and_only_numbers_carry_a_number(
    number: str, name: str, presentation: str
) -> None:
    caller = read_caller(number, name, presentation)

    assert (caller.kind is CallerClass.NUMBER) == (caller.e164 is not None)
    assert caller.e164 is None or re.fullmatch(r"\+[1-9][0-9]{4,14}", caller.e164)
    assert not (presentation == "prohib" and caller.e164)


LIVING = st.one_of(
    st.from_regex(r"(3[2-6]|6[2-6])[2-9][0-9]{6}", fullmatch=True),  # Tokyo, Osaka
    st.from_regex(r"[789]0[1-9][0-9]{7}", fullmatch=True),
    st.from_regex(r"50[1-9][0-9]{7}", fullmatch=True),
    st.from_regex(r"120[0-9]{6}", fullmatch=True),
).filter(lambda digits: phonenumbers.is_valid_number(phonenumbers.parse(f"+81{digits}", "JP")))
FULL_WIDTH = str.maketrans("0123456789-+() ", "０１２３４５６７８９－＋（）　")


@st.composite
def ways_to_write(draw: st.DrawFn) -> tuple[str, str]:
    """One living number, and one of the ways in which networks, gateways and people write it."""
    digits = draw(LIVING)
    cuts = sorted(draw(st.sets(st.integers(2, len(digits) - 2), max_size=2)))
    between = draw(st.sampled_from(("", "-", " ", "\u2010", "\u2212", "\u30fc", ".")))
    parts = [digits[begin:end] for begin, end in zip([0, *cuts], [*cuts, None], strict=True)]
    national = between.join(parts)
    written = draw(
        st.sampled_from((f"0{national}", f"+81{between}{national}", f"81{digits}", f"(0){national}"))
    )
    if written.startswith("0"):
        written = draw(st.sampled_from(("", "184", "186", "184-", "186 "))) + written
    if draw(st.booleans()):
        written = written.translate(FULL_WIDTH)
    end = draw(
        st.sampled_from(("", ";ext=12", ";user=phone;isub=7", ";phone-context=+81", "@gw.example;tag=1"))
    )
    start = draw(st.sampled_from(("", "sip:", "tel:", "sips:")))
    whole = f"{start}{written}{end}"
    return digits, draw(st.sampled_from((whole, f"<{whole}>", f'"{whole}"', f"  {whole} ")))


@settings(max_examples=400, deadline=None)
@given(ways_to_write())
def test_one_number_is_one_number_however_it_is_written(told: tuple[str, str]) -> None:
    digits, written = told

    assert read_caller(written, "", "allowed") == Caller(kind=CallerClass.NUMBER, e164=f"+81{digits}")


@settings(max_examples=300, deadline=None)
@given(
    ways_to_write(), ways_to_write(), st.sampled_from(("非通知", "公衆電話", "表示圏外", "")), st.booleans()
)
def test_who_shows_no_number_is_of_a_class_whatever_number_the_network_told(
    one: tuple[str, str], other: tuple[str, str], word: str, hidden: bool
) -> None:
    """A class has nothing by which two of its callers could be told apart, or taken for one."""
    told = [
        read_caller(number, word, "prohib_not_screened") if hidden or not word else read_caller("", word, "")
        for number in (one[1], other[1])
    ]

    assert told[0] == told[1]
    assert all(caller.e164 is None and caller.sealed_by(seal).hash is None for caller in told)


def seal(e164: str) -> tuple[bytes, bytes]:
    return e164[::-1].encode(), b"h"


def test_a_number_is_sealed_and_a_caller_without_one_has_nothing_to_seal() -> None:
    assert read_caller("0335811111").sealed_by(seal) == CallerIdentity(
        kind=CallerClass.NUMBER, sealed=b"11111853318+", hash=b"h"
    )
    assert read_caller("非通知").sealed_by(seal) == CallerIdentity(kind=CallerClass.WITHHELD)


def test_an_identity_without_a_number_cannot_carry_one() -> None:
    with pytest.raises(ValueError, match="without a number"):
        CallerIdentity(kind=CallerClass.WITHHELD, sealed=b"sealed")
