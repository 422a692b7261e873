"""Rules about telephone numbers and network addresses. One pure function each: draft in, findings out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from ipaddress import ip_network

from core.profile.draft import Draft
from core.profile.faults import Finding, Place

EMERGENCY_NUMBERS = ("110", "118", "119")
"""警察、海上保安、消防・救急. They pass untouched, whatever else happens."""

NUMBER = re.compile(
    r"0[1-9]\d{8}"  # 固定電話, 0120, 0570, 0990: ten digits
    r"|0[5-9]0\d{8}"  # IP電話, 携帯電話, 0800: eleven digits
    r"|[2-9]\d{1,5}"  # 内線
)
_CONTACT = re.compile(r"sips?:(?:[A-Za-z0-9._-]+@)?(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_EXAMPLE = '外線は市外局番から、内線は2〜9で始まる2〜6けた。例: numbers: ["0312345678", "2101"]'


def numbers_can_be_dialled(draft: Draft) -> Iterator[Finding]:
    """A line's number is a Japanese number from its area code on, or an extension; digits only."""
    for place, number in _numbers(draft):
        plain = _digits(number)
        if NUMBER.fullmatch(number) or number in EMERGENCY_NUMBERS:
            continue
        if NUMBER.fullmatch(plain):
            yield Finding(
                place=place,
                reason=f"番号「{number}」は、半角の数字だけで書きます（ハイフン、空白、+81 は使えません）。",
                instead=f'"{plain}" と書いてください。',
            )
        elif re.fullmatch(r"1\d\d", plain):
            yield Finding(
                place=place,
                reason=f"番号「{number}」は電話会社の特別な番号のため、窓口に使えません。",
                instead=_EXAMPLE,
            )
        else:
            yield Finding(
                place=place,
                reason=f"「{number}」は日本の電話番号でも内線番号でもありません。",
                instead=_EXAMPLE,
            )


def numbers_belong_to_one_line(draft: Draft) -> Iterator[Finding]:
    """A dialled number must lead to one line."""
    first: dict[str, Place] = {}
    for place, number in _numbers(draft):
        before = first.setdefault(_digits(number), place)
        if before != place:
            yield Finding(
                place=place,
                reason=f"番号「{number}」は、lines の{int(before[1]) + 1}番目の窓口にも書かれています。",
                instead="1つの番号は1つの窓口だけに書いてください。",
            )


def emergency_numbers_pass(draft: Draft) -> Iterator[Finding]:
    """110, 118 and 119 stay emergency numbers: none may be missing, none may lead to a line."""
    listed = [number for _, number in draft.top.texts("emergency_numbers")]
    missing = [number for number in EMERGENCY_NUMBERS if number not in listed]
    if "emergency_numbers" in draft.top.values and missing:
        yield Finding(
            place=("emergency_numbers",),
            reason=f"緊急通報の番号 {'、'.join(missing)} がありません。",
            instead='emergency_numbers: ["110", "118", "119"]',
        )
    for place, number in draft.top.texts("emergency_numbers"):
        if not re.fullmatch(r"\d{3,6}", number):
            yield Finding(
                place=place,
                reason=f"緊急通報の番号「{number}」が数字ではありません。",
                instead='emergency_numbers: ["110", "118", "119"]',
            )
    for place, number in _numbers(draft):
        if number in {*EMERGENCY_NUMBERS, *listed}:
            yield Finding(
                place=place,
                reason=f"緊急通報の番号「{number}」を窓口の番号にすることはできません。",
                instead=_EXAMPLE,
            )


def trunks_are_addressed(draft: Draft) -> Iterator[Finding]:
    """A gateway is known by its addresses; a practice caller has none and registers instead."""
    for one in draft.all("trunks"):
        practice = one.flag("practice")
        if practice and (one.values.get("addresses") or one.text("contact")):
            yield Finding(
                place=(*one.place, "practice"),
                reason="練習の相手（practice: true）には、住所を書きません。",
                instead="addresses と contact を消してください。",
            )
        if not practice and not one.values.get("addresses"):
            yield Finding(
                place=one.place,
                reason="電話会社の機器の住所（IPアドレス）がありません。",
                instead='例: addresses: ["192.0.2.10"]',
            )
        for place, address in one.texts("addresses"):
            yield from _address(place, address)
        for place, contact in one.texts("contact"):
            if not _CONTACT.fullmatch(contact):
                yield Finding(
                    place=place,
                    reason=f"「{contact}」は、かける先の書き方になっていません。",
                    instead="sip:住所:ポート の形で書いてください。例: sip:192.0.2.10:5060",
                )


def addresses_belong_to_one_trunk(draft: Draft) -> Iterator[Finding]:
    """Asterisk tells gateways apart by their addresses, so none may stand at two, nor in two ranges."""
    before: list[tuple[Place, str]] = []
    for one in draft.all("trunks"):
        for place, address in one.texts("addresses"):
            for first, other in before:
                # Within one gateway a range may hold its own address; only the same one again is a slip.
                if _overlap(address, other) if first[:2] != place[:2] else address == other:
                    yield Finding(
                        place=place,
                        reason=f"住所「{address}」は、trunks の{int(first[1]) + 1}番目にも書かれています。",
                        instead="1つの住所は1つの回線だけに書いてください。",
                    )
                    break
            before.append((place, address))


def _overlap(one: str, other: str) -> bool:
    try:
        first, second = ip_network(one, strict=False), ip_network(other, strict=False)
    except ValueError:
        return one == other  # that they are no addresses is told elsewhere
    return first.version == second.version and first.overlaps(second)


def _address(place: Place, address: str) -> Iterator[Finding]:
    try:
        network = ip_network(address, strict=False)
    except ValueError:
        yield Finding(
            place=place,
            reason=f"「{address}」は IPアドレスではありません。",
            instead='数字の住所で書いてください。例: addresses: ["192.0.2.10"]',
        )
        return
    if network.num_addresses > _WIDEST_NETWORK:
        yield Finding(
            place=place,
            reason=f"「{address}」は範囲が広すぎ、誰からの電話でも受けてしまいます。",
            instead="電話会社から知らされた住所だけを書いてください。",
        )


_WIDEST_NETWORK = 1 << 16
"""A carrier's range of gateways; the whole internet is not a carrier."""


def _numbers(draft: Draft) -> Iterator[tuple[Place, str]]:
    for one in draft.all("lines"):
        yield from one.texts("numbers")


def _digits(number: str) -> str:
    """Return the digits of a number as a person may have typed it."""
    plain = re.sub(r"[-‐‑–—−ー()\s.]", "", unicodedata.normalize("NFKC", number))
    return re.sub(r"^\+?81(?=[1-9]\d{8,9}$)", "0", plain) if plain.startswith("+81") else plain
