"""No profile may refuse, delay or rank down withheld, listed or complaining callers; and it says why."""

from __future__ import annotations

import pytest

from core.profile.fairness import INSTEAD, WHY
from tests.fixtures_profile import ProfileFile

AT_THE_END = "vocabulary:\n"
ON_A_LINE = "    ring_seconds: 30\n"
ON_A_THRESHOLD = "    minutes: 15\n"

RULES_AGAINST_CALLERS = [
    pytest.param(AT_THE_END, "reject_anonymous: true\n", id="key of its own"),
    pytest.param(AT_THE_END, "withheld: refuse\n", id="who in the key, what in the value"),
    pytest.param(AT_THE_END, "withheld:\n  action: block\n", id="who above, what below"),
    pytest.param(AT_THE_END, "callers:\n  - class: withheld\n    queue: last\n", id="in a list"),
    pytest.param(AT_THE_END, 'blacklist: ["0312345678"]\n', id="blacklist"),
    pytest.param(AT_THE_END, 'numbers_denied: ["0312345678"]\n', id="list of numbers"),
    pytest.param(AT_THE_END, "complaining_callers: {priority: low}\n", id="complaining callers ranked down"),
    pytest.param(AT_THE_END, "repeat_callers: {delay_seconds: 60}\n", id="repeat callers delayed"),
    pytest.param(AT_THE_END, "非通知: 拒否\n", id="in Japanese"),
    pytest.param(AT_THE_END, "着信拒否: true\n", id="by the carrier's word"),
    pytest.param(AT_THE_END, "迷惑電話番号: {順番: 後回し}\n", id="nuisance numbers last"),
    pytest.param(AT_THE_END, "番号リクエスト: true\n", id="the carrier's number request"),
    pytest.param(AT_THE_END, "vip_numbers: ['0312345678']\n", id="some callers before others"),
    pytest.param(AT_THE_END, "anonymous_callers: voicemail\n", id="put off to a machine"),
    pytest.param(ON_A_LINE, "    withheld: {ring_seconds: 5}\n", id="rung shorter"),
    pytest.param(ON_A_LINE, "    anonymous: reject\n", id="on one line only"),
    pytest.param(ON_A_LINE, "    Reject-Withheld: 'yes'\n", id="in other letters"),
    pytest.param(ON_A_THRESHOLD, "    block_number: true\n", id="hidden in a threshold"),
]


@pytest.mark.parametrize(("place", "rule"), RULES_AGAINST_CALLERS)
def test_a_rule_against_callers_does_not_load_and_says_why(
    sakura: ProfileFile, place: str, rule: str
) -> None:
    fault = sakura.fault_after(place, rule + place)

    assert (fault.reason, fault.instead) == (WHY, INSTEAD)
    assert fault.line == sakura.line_of(rule.splitlines()[0])


def test_who_and_what_may_stand_in_two_keys(sakura: ProfileFile) -> None:
    faults = sakura.faults_after(ON_A_LINE, "    caller_class: withheld\n    on_arrival: drop\n" + ON_A_LINE)

    assert [(fault.reason, fault.where.rsplit(" ", 1)[-1]) for fault in faults] == [
        (WHY, "caller_class"),
        (WHY, "on_arrival"),
    ]


@pytest.mark.parametrize(
    "spoken",
    [
        "非通知のお電話はお受けできません。",
        "お手数ですが、番号の前に186を付けて、おかけ直しください。",
        "番号を通知しておかけ直しください。",
        "苦情のお電話は、後回しにさせていただきます。",
    ],
)
def test_no_announcement_turns_a_caller_away(sakura: ProfileFile, spoken: str) -> None:
    fault = sakura.fault_after(
        "text: 申し訳ございません。ただいま、担当者が", f"text: {spoken}ただいま、担当者が"
    )

    assert fault.reason == WHY
    assert fault.where == "announcements の 5番目（fuzai） の text"


def test_no_clock_may_be_described_as_turning_callers_away(sakura: ProfileFile) -> None:
    fault = sakura.fault_after("what: 1回の説明・説得は1時間程度が限度", "what: 非通知の電話は切断する")

    assert fault.reason == WHY


@pytest.mark.parametrize(
    "spoken",
    ["非通知の電話も拒否しない。", "苦情の電話を後回しにしてはならない。", "苦情を伺うときは復唱する。"],
)
def test_a_reminder_to_treat_callers_alike_loads(sakura: ProfileFile, spoken: str) -> None:
    assert sakura.faults_after("what: 1回の説明・説得は1時間程度が限度", f"what: {spoken}") == []


def test_the_reason_names_its_source() -> None:
    assert "総務省" in WHY
    assert "公務員の職務上の義務に違反" in WHY


def test_an_ordinary_misspelt_key_is_not_called_unfair(sakura: ProfileFile) -> None:
    fault = sakura.fault_after(ON_A_LINE, ON_A_LINE + "    colour: 青\n")

    assert fault.reason == "「colour」という項目はありません。"
