"""What Asterisk is told: record first, offer then, serve always, and never act on a stranger's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.ids import CallId, LineId, PhoneId
from core.profile.model import CityProfile
from core.profile.recording import Outbound, RecordingMode
from telephony.asterisk_config.numbers import dialled_forms
from telephony.asterisk_config.picking_up import pickup_groups
from telephony.asterisk_config.plan import BadPbxPlan, PbxPlan, facts_name, recording_name
from telephony.asterisk_config.render import render_configuration
from tests.fixtures_asterisk import KOKUHO, town

PHONES = ("hoken1", "hoken2", "renshu1")


def a_plan() -> PbxPlan:
    return PbxPlan(
        instance="city",
        home=Path("/srv/pbx"),
        modules=Path("/usr/lib/modules"),
        data=Path("/usr/share/asterisk"),
        sip_address="127.0.0.1",
        sip_port=5060,
        http_port=8088,
        rtp_start=20000,
        rtp_end=20999,
        ari_user="tsuwaroku",
        ari_password="ari-secret",
        phone_secrets={PhoneId(phone): f"{phone}-secret" for phone in PHONES},
        practice_secret="practice-secret",
    )


def rendered(profile: CityProfile | None = None) -> Mapping[str, str]:
    return render_configuration(profile or town(), a_plan())


def steps(exten: str, context: str) -> list[str]:
    """The applications of an extension, in order."""
    text = rendered()["extensions.conf"].split(f"[{context}]\n")[1].split("\n[")[0]
    rules = re.split(r"^exten => ", text, flags=re.MULTILINE)
    own = next(rule for rule in rules if rule.startswith(f"{exten},1,"))
    return [re.sub(r"^(\S+,1,| same => n(\(\w+\))?,)", "", line) for line in own.strip().splitlines()]


def test_a_call_is_recorded_before_it_is_offered_and_only_once() -> None:
    line = steps(KOKUHO, "lines")
    alone = steps(KOKUHO, "serve-alone")

    assert line[0] == (
        "MixMonitor(,r(/srv/pbx/spool/recording/kokuho_${UNIQUEID}_r.wav)"
        "t(/srv/pbx/spool/recording/kokuho_${UNIQUEID}_t.wav)i(TSUWAROKU_MIXMONITOR))"
    )
    assert line[-2:] == ["StasisBroadcast(500,^tsuwaroku-city-,in:kokuho)", "Goto(serve-alone,kokuho,1)"]
    assert not [step for step in alone if step.startswith("MixMonitor")]


def test_the_dialplan_alone_announces_rings_everybody_and_apologises() -> None:
    alone = steps(KOKUHO, "serve-alone")

    assert 'Set(TSUWAROKU_SPOKEN=${IF($["${TSUWAROKU_DISASTER}" = "short"]?rokuon:rokuon)})' in alone
    assert alone.count("Playback(/srv/pbx/sounds/${TSUWAROKU_SPOKEN})") == 2, (
        "an announcement that fails is tried once more"
    )
    assert "Dial(PJSIP/hoken1&PJSIP/hoken2,5,rb(may-be-fetched^s^1)U(operator-answered))" in alone
    assert alone[-4:] == [
        "Playback(/srv/pbx/sounds/fuzai)", "Hangup()", "Playback(/srv/pbx/sounds/hanashichu)", "Hangup()",
    ]  # fmt: skip


def test_what_a_caller_sends_stands_only_where_it_is_encoded() -> None:
    text = rendered()["extensions.conf"]
    uses = re.findall(r".{0,12}\$\{CALLERID\((?:num|name)\)[^}]*\}", text)

    assert len(uses) == 2
    assert all(use.startswith("${URIENCODE(", use.index("$")) for use in uses)
    assert "System(" not in text
    assert "SHELL(" not in text


def test_citizens_reach_lines_only_and_practice_callers_practice_lines_only() -> None:
    text = rendered()["extensions.conf"]
    trunk, practice = (
        text.split(f"[{context}]")[1].split("\n[")[0] for context in ("from-trunk", "from-practice")
    )

    assert "Goto(lines,kokuho,1)" in trunk
    assert "renshu" not in trunk
    assert "Goto(lines,renshu,1)" in practice
    assert "kokuho" not in practice
    assert "hoken1" not in trunk + practice


def test_nobody_unknown_speaks_sip_and_a_trunk_is_known_before_a_name() -> None:
    files = rendered()

    assert "endpoint_identifier_order=ip,username" in files["pjsip.conf"]
    assert "anonymous" not in files["pjsip.conf"] + files["modules.conf"]
    assert "match=127.0.0.3/32" in files["pjsip.conf"]
    assert files["pjsip.conf"].count("type=auth\n") == len(PHONES) + 1


def test_asterisk_writes_no_list_of_numbers() -> None:
    files = rendered()

    assert files["cdr.conf"] == files["cel.conf"] == "[general]\nenable=no\n"
    assert files["logger.conf"].splitlines()[-1] == "messages => error"
    assert not [
        name for name in ("cdr_", "cel_", "res_security_log", "app_system") if name in files["modules.conf"]
    ]


def test_ari_stays_on_loopback_even_when_sip_does_not() -> None:
    files = render_configuration(town(), replace(a_plan(), sip_address="192.0.2.1"))

    assert "bind=192.0.2.1:5060" in files["pjsip.conf"]
    assert "bindaddr=127.0.0.1" in files["http.conf"]


def test_a_plan_that_is_printed_shows_no_secret() -> None:
    assert "secret" not in repr(a_plan()).replace("_secret", "")


@pytest.mark.parametrize("instance", ["", "City", "a b", "x;y", "-a", "a" * 40])
def test_an_instance_that_could_break_the_configuration_is_refused(instance: str) -> None:
    with pytest.raises(BadPbxPlan):
        replace(a_plan(), instance=instance)


@pytest.mark.parametrize(
    "folder", ["/srv/a b", "/srv/a;b", "/srv/${X}", "/srv/a,b", "/srv/a\nb", "/srv/a(b)"]
)
def test_a_folder_that_could_break_the_dialplan_is_refused(folder: str) -> None:
    with pytest.raises(BadPbxPlan):
        replace(a_plan(), home=Path(folder))


def _changed(**parts: object) -> CityProfile:
    return town().model_copy(update=parts)


@pytest.mark.parametrize(
    "profile",
    [
        _changed(mark_code="*1,evil"),
        _changed(trunks=(town().trunks[0].model_copy(update={"addresses": ("not an address",)}),)),
        _changed(trunks=(town().trunks[0].model_copy(update={"contact": "sip:x\nmatch=0.0.0.0/0"}),)),
        _changed(trunks=(town().trunks[0].model_copy(update={"id": "a]\n["}),)),
        _changed(phones=(*town().phones, town().phones[0].model_copy(update={"id": "renshu-caller"}))),
        _changed(phones=(*town().phones, town().phones[0].model_copy(update={"id": "without-secret"}))),
        _changed(lines=(town().lines[0].model_copy(update={"numbers": ("s,1,System(x)",)}),)),
        _changed(lines=(town().lines[0], town().lines[0].model_copy(update={"numbers": ("+81300000101",)}))),
    ],
)  # fmt: skip
def test_a_profile_that_asterisk_cannot_be_told_is_refused_in_words(profile: CityProfile) -> None:
    with pytest.raises(BadPbxPlan):
        rendered(profile)


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("03-0000-0101", ("0300000101", "+81300000101", "81300000101")),
        (
            "（03）".replace("（", "(").replace("）", ")") + "0000 0101",
            ("0300000101", "+81300000101", "81300000101"),
        ),
        ("+81300000101", ("0300000101", "+81300000101", "81300000101")),
        ("2101", ("2101",)),
        ("110", ("110",)),
        ("abc", ()),
        ("", ()),
        ("0_1", ()),
    ],
)
def test_a_number_is_known_in_every_form_a_carrier_may_dial(written: str, dialled: tuple[str, ...]) -> None:
    assert dialled_forms(written) == dialled


def test_files_of_a_call_are_named_after_line_and_call_only() -> None:
    assert recording_name(LineId("kokuho"), CallId("city-1.0")) == "kokuho_city-1.0"
    assert facts_name(LineId("kokuho"), CallId("city-1.0")) == "kokuho_city-1.0_facts"


def test_a_desk_phone_reaches_help_by_every_gateway_in_turn_and_nobody_else() -> None:
    profile = town()
    first, practice = profile.trunks
    trunks = (
        first.model_copy(update={"contact": "sip:192.0.2.10:5060"}),
        first.model_copy(update={"id": "second", "contact": "sip:192.0.2.11"}),
        practice,
    )
    text = rendered(profile.model_copy(update={"trunks": trunks}))["extensions.conf"]
    phones = text.split("[from-phones]\n")[1].split("\n[")[0]

    assert re.findall(r"Dial\((.*?)\)", phones) == [
        f"PJSIP/{number}@trunk-{gateway}"
        for number in ("110", "118", "119")
        for gateway in ("denwa", "second")
    ]


def test_a_network_that_the_profile_accepts_is_known_to_asterisk_too() -> None:
    profile = town()
    wide = profile.trunks[0].model_copy(update={"addresses": ("192.0.2.10/28",)})
    text = rendered(profile.model_copy(update={"trunks": (wide, profile.trunks[1])}))["pjsip.conf"]

    assert "match=192.0.2.0/28\n" in text


def test_asterisks_own_record_of_a_call_holds_neither_number_nor_name_nor_telephone() -> None:
    line = steps(KOKUHO, "lines")
    section = rendered()["extensions.conf"].split("[note-call]\n")[1].split("\n[operator")[0]

    assert "Gosub(note-call,s,1)" in line
    assert line.index("Gosub(note-call,s,1)") < line.index("StasisBroadcast(500,^tsuwaroku-city-,in:kokuho)")
    assert not re.search(r"CALLERID|DIALLED|EXTEN\}|DIALEDPEER|CHANNEL\(name\)|CDR", section)


def test_a_ringing_call_is_fetched_by_the_dialplan_where_a_citizen_waits_and_nowhere_else() -> None:
    files = rendered()
    text = files["extensions.conf"]

    assert steps("s", "fetch-ringing") == [
        "Pickup()",
        "StasisBroadcast(500,^tsuwaroku-city-,fetch-ringing)",
        "Hangup(17)",
    ]
    assert steps("*8", "from-phones") == ["Goto(fetch-ringing,s,1)"]
    assert "*8" not in text.split("[from-trunk]")[1].split("\n[")[0]
    assert "*8" not in text.split("[from-practice]")[1].split("\n[")[0]
    assert text.count("b(may-be-fetched^s^1)") == 2, "the two lines that the dialplan serves alone"
    assert "pickupexten=*8" not in files["features.conf"]
    assert files["pjsip.conf"].count("named_pickup_group=hoken1,hoken2\n") == 2
    assert files["pjsip.conf"].count("named_pickup_group=renshu1\n") == 1
    assert "named_call_group" not in files["pjsip.conf"]
    assert "send_connected_line=no" in files["pjsip.conf"], "the phone that fetches is not told who calls"
    assert not re.search("send_pai|send_rpid|send_connected_line=yes", files["pjsip.conf"])


def test_a_consultation_line_is_not_fetched_and_a_department_with_a_way_out_fetches_too() -> None:
    plain = town()
    never = plain.lines[0].model_copy(update={"recording": RecordingMode.NEVER, "announcement": ""})
    calling = plain.departments[0].model_copy(
        update={"outbound": Outbound(recording=RecordingMode.NEVER, number="0300000100")}
    )
    profile = plain.model_copy(update={"lines": (never, plain.lines[1]), "departments": (calling,)})
    text = rendered(profile)["extensions.conf"]

    assert "Dial(PJSIP/hoken1&PJSIP/hoken2,5)" in text
    assert "exten => *8,1,Goto(fetch-ringing,s,1)" in text.split("[from-phones-hoken]")[1].split("\n[")[0]


def test_a_phone_that_may_fetch_from_more_than_asterisk_can_read_is_refused() -> None:
    plain = town()
    many = tuple(
        plain.phones[0].model_copy(update={"id": PhoneId(f"a-phone-with-a-long-name-{number}")})
        for number in range(300)
    )

    with pytest.raises(BadPbxPlan):
        pickup_groups(plain.model_copy(update={"phones": (*plain.phones, *many)}), plain.phones[0])
