# ruff: noqa: E501  a table of what a person may write: one fault per row
from __future__ import annotations

import wave
from pathlib import Path

import pytest

from core.profile.draft import draft_of
from core.profile.faults import ProfileFaults
from core.profile.loading import RULES, Rule, load_profile
from core.profile.report import check_profile, render_faults
from tests.fixtures_profile import ProfileFile

KOKUHO = "  - id: kokuho\n"
HOKEN_1 = "  - {id: hoken1, name: 保険年金課 1番, department: hoken-nenkin}"


def test_the_sample_city_loads(sakura: ProfileFile) -> None:
    profile = load_profile(sakura.path)

    assert profile.name == "さくら市"
    assert [line.id for line in profile.lines if line.practice] == ["renshu"]
    assert [trunk.id for trunk in profile.trunks if trunk.practice] == ["renshu-caller"]


def test_every_fault_is_told_at_once_and_in_the_order_of_lines(sakura: ProfileFile) -> None:
    sakura.write("city: sakura ", "city: さくら ")
    sakura.write("regime: own-ordinance", "regime: ordinance")
    sakura.write("    department: hoken-nenkin\n    numbers", "    departmnt: hoken-nenkin\n    numbers")
    sakura.write('"2103"', '"2102"')
    sakura.write("flagged_days: 1825", "flagged_days: 30")

    faults = check_profile(sakura.path)

    # The misspelt key is two faults on one part: the unknown key, and the one that is now missing.
    assert len(faults) == 6
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert {"departmnt", "department"} <= {fault.where.rsplit(" の ", 1)[-1] for fault in faults}


def test_all_faults_travel_in_one_exception(sakura: ProfileFile) -> None:
    sakura.write('mark_code: "*1"', 'mark_code: "印"')

    with pytest.raises(ProfileFaults) as refused:
        load_profile(sakura.path)

    assert [fault.where for fault in refused.value.faults] == ["mark_code"]


SHIMIN = "  - {id: shimin, name: 市民課, agency: shicho}"
KEEPING = "keeping:\n"


def outbound(mode: str, announcement: str, number: str = "0300000100") -> str:
    told = f", announcement: {announcement}" if announcement else ""
    return SHIMIN[:-1] + f', outbound: {{recording: {mode}, number: "{number}"{told}}}}}'


SPOILED = [
    pytest.param("schema_version: 1 ", "schema_version: 2 ", "schema_version: 2", "版 2 は", id="future version"),
    pytest.param("city: sakura ", "city: SAKURA ", "city: SAKURA", "使えない文字", id="city in capitals"),
    pytest.param(KOKUHO, "  - id: koku_ho\n", "koku_ho", "使えない文字", id="underscore in a line id"),
    pytest.param(HOKEN_1, HOKEN_1.replace("hoken1", "default") + "\n" + HOKEN_1, "{id: default", "電話のしくみ", id="reserved id"),
    pytest.param(HOKEN_1, HOKEN_1 + "\n" + HOKEN_1.replace("1番", "4番"), "4番", "でも使われて", id="same id"),
    pytest.param("agency: kyoiku-iinkai", "agency: kyoiku", "kyoiku}", "実施機関「kyoiku」", id="unknown agency"),
    pytest.param("department: zeimu\n", "department: zei\n", "department: zei\n", "課「zei」", id="unknown department"),
    pytest.param("[hoken1, hoken2, hoken3]", "[hoken1, hoken9]", "hoken9", "電話機「hoken9」", id="unknown phone"),
    pytest.param("no_answer: fuzai", "no_answer: rusu", "no_answer: rusu", "音声案内「rusu」", id="unknown words"),
    pytest.param("unknown_line: machigai", "unknown_line: x", "unknown_line: x", "音声案内「x」", id="unknown apology"),
    pytest.param("types: [T1]", "types: [T22]", "types: [T22]", "型「T22」", id="unknown type"),
    pytest.param(
        "basis: 個人情報の保護に関する法律 第2条第11項第2号、第5章", "basis: 法律のとおり", "法律のとおり", "根拠", id="no provision"
    ),
    pytest.param("recording: always", "recording: never", "announcement: rokuon\n", "録音しない（never）のに", id="never, and told so"),
    pytest.param("  buffer_hours: 24 ", "  ", "keeping:", "buffer_hours", id="buffer without hours"),
    pytest.param("    announcement: rokuon\n", "", "- id: kokuho", "録音のお知らせ（announcement）が", id="recorded untold"),
    pytest.param(KOKUHO, "  - id: out-kokuho\n", "out-kokuho", "発信の記録", id="a line named like calls going out"),
    pytest.param(SHIMIN, outbound("on-demand", "rokuon"), "- {id: shimin", "途中からの録音", id="on demand going out"),
    pytest.param(KOKUHO, KOKUHO + "    records_alone: false\n", "records_alone: false", "on-demand", id="asked alone on a line always recorded"),
    pytest.param(SHIMIN, outbound("always", ""), "- {id: shimin", "録音のお知らせ", id="recorded going out, untold"),
    pytest.param(SHIMIN, outbound("never", "", "2101"), "- {id: shimin", "表示する電話番号", id="an extension shown outside"),
    pytest.param(KEEPING, "without_recording: {then: offer}\n" + KEEPING, "without_recording", "other_way", id="no other way"),
    pytest.param("recording: always", "recording: yes", "recording: yes", "「yes」は使えません", id="unknown mode"),
    pytest.param("[zeimu1, zeimu2]", "[zeimu1, zeimu1]", "[zeimu1, zeimu1]", "2回書かれて", id="phone twice"),
    pytest.param("[renshu1, renshu2]", "[renshu1, hoken1]", "[renshu1, hoken1]", "練習の窓口", id="practice on a desk"),
    pytest.param("flagged_days: 1825", "flagged_days: 30", "flagged_days: 30 ", "短く", id="evidence destroyed first"),
    pytest.param("unflagged_days: 90", "unflagged_days: 0", "unflagged_days: 0", "1以上", id="kept for no time"),
    pytest.param("ring_seconds: 30", "ring_seconds: 600", "ring_seconds: 600", "180以下", id="rings ten minutes"),
    pytest.param('help_code: "*2"', 'help_code: "*1"', 'help_code: "*1"', "重なって", id="one code for two keys"),
    pytest.param('pickup_code: "*8"', 'pickup_code: "*2"', 'pickup_code: "*2"', "応援の番号と同じ", id="pick-up is help"),
    pytest.param('pickup_code: "*8"', 'pickup_code: "8"', 'pickup_code: "8"', "押せません", id="pick-up a digit"),
    pytest.param("name: 税務課 1番, department: zeimu}", "name: 税務課 1番, department: zeimu, pickup_departments: [zeim]}", "zeimu1", "「zeim」", id="pick-up of nobody"),
    pytest.param('mark_code: "*1"', 'mark_code: "1"', 'mark_code: "1"', "押せません", id="mark code a digit"),
    pytest.param("  - 窓口\n", "  - " + "長" * 60 + "\n", "vocabulary:", "多すぎ", id="too many words"),
    pytest.param("name: さくら市\n", 'name: "さくら\\n市"\n', 'name: "さくら', "目に見えない", id="line break in a name"),
    pytest.param("name: さくら市\n", 'name: " "\n', 'name: " "', "何も書かれて", id="blank name"),
    pytest.param('"0300000101"', '"03-0000-0101"', "03-0000-0101", '"0300000101"', id="hyphens"),
    pytest.param('"0300000101"', '"０３０００００１０１"', "０３", '"0300000101"', id="full-width digits"),
    pytest.param('"0300000101"', '"+81 3-0000-0101"', "+81", '"0300000101"', id="international form"),
    pytest.param('"0300000101"', '"03000001"', '"03000001"', "日本の電話番号でも", id="too short a number"),
    pytest.param('"0300000101"', '"kokuho"', '"kokuho"', "日本の電話番号でも", id="a word for a number"),
    pytest.param('"2101"', '"188"', '"188"', "特別な番号", id="a special service's number"),
    pytest.param('"2101"', '"119"', '0101", "119"', "緊急通報", id="an emergency number for a line"),
    pytest.param('"2101"', "2101", "2101]", "引用符", id="number without quotes"),
    pytest.param('"2102"', '"2101"', '0102", "2101"', "lines の1番目", id="one number at two lines"),
    pytest.param('["110", "118", "119"]', '["110", "119"]', "emergency_numbers", "118", id="118 left out"),
    pytest.param('["192.0.2.10"]', '["gateway"]', '["gateway"]', "IPアドレスでは", id="a name for an address"),
    pytest.param('["192.0.2.10"]', '["0.0.0.0/0"]', "0.0.0.0/0", "広すぎ", id="everybody is the carrier"),
    pytest.param('["192.0.2.10"]', '["192.0.2.10", "192.0.2.10"]', "192.0.2.10", "にも書かれて", id="address twice"),
    pytest.param("contact: sip:192.0.2.10:5060", "contact: tel:119", "contact: tel", "かける先", id="odd contact"),
    pytest.param("action: offer-slot", "action: hang-up", "action: hang-up", "お願いするだけ", id="a clock that acts"),
    pytest.param("    minutes: 15\n", "    calls: 5\n", "calls: 5", "回数だけで判断", id="a number of calls"),
    pytest.param("file: sounds/sakura/rokuon.wav", "file: rokuon.wav", "rokuon.wav", "ありません", id="no such sound"),
    pytest.param("file: sounds/sakura/rokuon.wav", "file: ../rokuon.wav", "../", "ファイル名", id="outside the folder"),
    pytest.param("対応記録を残すため、通話を録音", "対応記録を残すため、通話を記憶", "記憶", "「録音」という", id="no word of recording"),
    pytest.param("正確な対応記録を残すため、通話を", "通話を", "text: 通話を", "目的がありません", id="no purpose"),
    pytest.param("正確な対応記録を残すため", "人事評価のため", "人事評価のため", "職員の評価", id="staff appraisal"),
    pytest.param("city: sakura ", "recording_purpose: 勤務評定\ncity: sakura ", "recording_purpose", "職員の評価", id="purpose key"),
    pytest.param(HOKEN_1, HOKEN_1.replace("}", ", password: abc}"), "password", "秘密", id="a secret in the file"),
    pytest.param("ring_seconds: 30", "ring_second: 30", "ring_second: 30", "「ring_seconds」", id="misspelt key"),
    pytest.param("    busy: hanashichu\n", "", "  - id: kokuho", "「busy」がありません", id="missing key"),
    pytest.param("ring_seconds: 30", 'ring_seconds: "30"', 'ring_seconds: "30"', "ここには数", id="text for a number"),
    pytest.param("ring_seconds: 30", "ring_seconds: true", "ring_seconds: true", "ここには数", id="true for a number"),
    pytest.param("practice: true", "practice: hai", "practice: hai", "true か false", id="hai for true"),
    pytest.param("[hoken1, hoken2, hoken3]", "hoken1", "phones: hoken1", "一覧", id="a word for a list"),
    pytest.param("[hoken1, hoken2, hoken3]", "[]", "phones: []", "1つ以上", id="a line without phones"),
    pytest.param("name: さくら市\n", "name:\n", "name:\n", "値が書かれていません", id="no value"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "stands_at", "said"), SPOILED)
def test_a_fault_is_told_with_its_line_its_reason_and_what_to_write(
    sakura: ProfileFile, old: str, new: str, stands_at: str, said: str
) -> None:
    fault = sakura.fault_after(old, new)

    assert fault.line == sakura.text[: sakura.text.index(stands_at)].count("\n") + 1
    assert said in fault.reason + fault.instead
    assert fault.instead


def test_a_malformed_part_is_one_fault_and_its_mentions_are_none(sakura: ProfileFile) -> None:
    fault = sakura.fault_after(HOKEN_1, HOKEN_1.replace("name:", "nmae: 1番, name:"))

    assert fault.where == "phones の 1番目（hoken1） の nmae"


def test_a_malformed_part_hides_no_other_fault_in_it(sakura: ProfileFile) -> None:
    sakura.write("    busy: hanashichu\n", "    bussy: hanashichu\n")
    sakura.write('"0300000101", "2101"', '"03-0000-0101", 2101')
    sakura.write("recording: always", "recording: never")

    said = [(fault.line, fault.where.rpartition("kokuho） の ")[2]) for fault in check_profile(sakura.path)]

    kokuho = sakura.line_of("id: kokuho")
    assert said == [
        (kokuho, "busy"),
        (kokuho + 3, "numbers の 1番目"),
        (kokuho + 3, "numbers の 2番目"),
        (kokuho + 6, "announcement"),
        (kokuho + 8, "bussy"),
    ]


def test_a_list_of_malformed_parts_is_not_called_empty(sakura: ProfileFile) -> None:
    faults = sakura.faults_after(
        "trunks:\n", "trunks:\n  - {id: a, nam: b, addresses: ['192.0.2.1']}\nold_trunks:\n"
    )

    assert not any("1つ以上" in fault.reason for fault in faults)


@pytest.mark.parametrize(
    ("addresses", "second", "is_told"),
    [
        ('["192.0.2.10"]', "192.0.2.8/29", True),
        ('["192.0.2.10"]', "192.0.2.10/32", True),
        ('["192.0.2.10"]', "192.0.2.16/29", False),
        ('["2001:db8::1"]', "2001:db8:0:0::1", True),
        ('["192.0.2.10", "192.0.2.8/29"]', "192.0.2.16/29", False),
    ],
)
def test_two_gateways_share_no_address_however_it_is_written(
    sakura: ProfileFile, addresses: str, second: str, is_told: bool
) -> None:
    another = f"trunks:\n  - {{id: another, name: 別の回線, addresses: ['{second}']}}\n"
    sakura.write('["192.0.2.10"]', addresses)

    faults = sakura.faults_after("trunks:\n", another)

    assert ["にも書かれて" in fault.reason for fault in faults] == [True] * is_told


def test_a_misspelt_list_is_told_where_it_stands(sakura: ProfileFile) -> None:
    faults = sakura.faults_after("\nphones:\n", "\nphone:\n")

    assert "「phones」ではありませんか。" in [fault.instead for fault in faults]
    assert all(fault.line > 1 for fault in faults if fault.where != "phones")


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_complains_about_what_is_not_there(rule: Rule) -> None:
    assert list(rule(draft_of({}))) == []
    assert list(rule(draft_of(["さくら市"]))) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("0300000101", "固定"),
        ("0120000101", "無料"),
        ("0570000101", "統一"),
        ("05000000101", "IP"),
        ("21", "内線"),
    ],
)
def test_a_line_may_have_any_kind_of_japanese_number(sakura: ProfileFile, number: str, kind: str) -> None:
    assert sakura.faults_after('"0300000101"', f'"{number}"') == [], kind


def write_sound(path: Path, samples: bytes, shape: tuple[int, int, int] = (8000, 1, 16)) -> None:
    rate, channels, bits = shape
    with wave.open(str(path), "wb") as sound:
        sound.setframerate(rate)
        sound.setnchannels(channels)
        sound.setsampwidth(bits // 8)
        sound.writeframes(samples)


LOUD = b"\x00\x20\x00\xe0" * 4000


@pytest.mark.parametrize(
    ("samples", "shape", "said"),
    [
        (LOUD, (16000, 1, 16), "16000 Hz"),
        (LOUD, (8000, 2, 16), "2ch"),
        (LOUD, (8000, 1, 8), "8ビット"),
        (bytes(16000), (8000, 1, 16), "小さすぎて"),
        (LOUD[:400], (8000, 1, 16), "0.0 秒"),
        (LOUD * 61, (8000, 1, 16), "61.0 秒"),
    ],
)
def test_a_sound_that_no_caller_could_hear_does_not_load(
    sakura: ProfileFile, samples: bytes, shape: tuple[int, int, int], said: str
) -> None:
    write_sound(sakura.path.parent / "sounds/sakura/rokuon.wav", samples, shape)

    faults = check_profile(sakura.path)

    assert [said in fault.reason for fault in faults] == [True]
    assert faults[0].where == "announcements の 1番目（rokuon） の file"


def test_a_sound_that_every_phone_can_play_loads(sakura: ProfileFile) -> None:
    write_sound(sakura.path.parent / "sounds/sakura/rokuon.wav", LOUD)

    assert check_profile(sakura.path) == []


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3\x04mp3", b"RIFF\x00\x00\x00\x00WAVEfmt \x10"])
def test_a_file_that_is_no_sound_is_told(sakura: ProfileFile, content: bytes) -> None:
    (sakura.path.parent / "sounds/sakura/rokuon.wav").write_bytes(content)

    assert ["WAV の音声として" in fault.reason for fault in check_profile(sakura.path)] == [True]


def test_the_report_can_be_read_by_the_person_who_wrote_the_file(sakura: ProfileFile) -> None:
    fault = sakura.fault_after("ring_seconds: 30", "ring_second: 30")

    report = render_faults([fault], sakura.path)

    assert "直すところが 1 件" in report
    assert f"{sakura.line_of('ring_second: 30')}行目  lines の 1番目（kokuho） の ring_second" in report
    assert "直し方: 「ring_seconds」ではありませんか。" in report


def test_a_good_profile_is_told_to_be_usable(sakura: ProfileFile) -> None:
    assert "このまま使えます" in render_faults(check_profile(sakura.path), sakura.path)


def test_a_mistyped_name_is_answered_with_the_names_most_like_it(sakura: ProfileFile) -> None:
    sakura.write("[zeimu1, zeimu2]", "[zeimu1, zeimu9]")

    (fault,) = check_profile(sakura.path)

    assert fault.instead.index("zeimu2") < fault.instead.index("byoin1")
    assert fault.instead.endswith("など")
