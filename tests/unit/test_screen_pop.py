"""The city's own system beside a call: https alone, percent-encoded, a number only where the city says so."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from core.profile.draft import draft_of
from core.profile.integrations import ScreenPop
from core.profile.rules_integrations import RULES
from core.screen_pop import screen_address

ADDRESS = "https://m.example.lg.jp/denwa?c={call}&l={line}&d={department}&n={number}"
SAID = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


def pop(*, number: bool) -> ScreenPop:
    return ScreenPop(name="窓口支援", address=ADDRESS, number_allowed=number)


@given(SAID, SAID, SAID, SAID)
def test_whatever_stands_in_an_id_stays_in_its_own_place(
    call: str, line: str, department: str, number: str
) -> None:
    found = screen_address(pop(number=True), call=call, line=line, department=department, number=number)
    read = parse_qs(urlsplit(found).query, keep_blank_values=True, strict_parsing=True)

    assert found.isascii()
    assert found.startswith("https://m.example.lg.jp/denwa?")
    assert (read["c"], read["l"], read["d"]) == ([call], [line], [department])
    assert set(read["n"][0]) <= set("+0123456789")


def test_a_number_goes_out_only_where_the_profile_says_so() -> None:
    facts = {"call": "city-1.0", "line": "kokuho", "department": "hoken"}

    assert screen_address(pop(number=True), **facts, number="03-1234-5678").endswith("&n=0312345678")
    assert screen_address(pop(number=False), **facts, number="03-1234-5678").endswith("&n=")
    assert screen_address(pop(number=True), **facts, number=None).endswith("&n=")


def faults(**written: object) -> list[str]:
    return [
        one.reason for rule in RULES for one in rule(draft_of({"integrations": written}))
    ]  # fmt: skip


def test_a_profile_that_would_send_a_number_or_anything_in_clear_is_told() -> None:
    name = "窓口"
    assert faults(screen_pop={"name": name, "address": ADDRESS, "number_allowed": True}) == []
    assert len(faults(screen_pop={"name": name, "address": ADDRESS})) == 1
    for address in (
        "http://m.example.lg.jp/", "https://{line}.example.jp/", "https://a:b@m.jp/", "https://m.jp/{who}",
        "https://m.jp/{", "javascript:alert(1)", "https://m.jp/あ", "//m.jp/", "https://[",
    ):  # fmt: skip
        assert len(faults(screen_pop={"name": name, "address": address, "number_allowed": True})) == 1, (
            address
        )


def test_a_network_that_is_none_or_is_the_world_is_told() -> None:
    assert faults(receivers={"internal_networks": ["10.20.30.0/24", "fd00:1::/64"]}) == []
    assert len(faults(receivers={"internal_networks": ["0.0.0.0/0", "10.20.30.1/24", "x", "::/0"]})) == 4
