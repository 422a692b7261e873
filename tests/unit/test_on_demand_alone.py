"""What the dialplan does with the flag key on a line recorded on request, while nobody of ours lives."""

from __future__ import annotations

from core.ids import LineId
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from core.profile.recording import RecordingMode
from core.profile.recording_report import explain_recording
from telephony.asterisk_config.render import render_configuration
from tests.fixtures_asterisk import KOKUHO, town
from tests.fixtures_profile import ProfileFile
from tests.unit.test_asterisk_config import a_plan

ON_DEMAND = "    recording: on-demand\n"


def asked(*, records_alone: bool) -> CityProfile:
    plain = town()
    changed = {"recording": RecordingMode.ON_DEMAND, "records_alone": records_alone}
    return plain.model_copy(update={"lines": (plain.lines[0].model_copy(update=changed), *plain.lines[1:])})


def dialplan(*, records_alone: bool) -> str:
    return render_configuration(asked(records_alone=records_alone), a_plan())["extensions.conf"]


def section(text: str, name: str) -> str:
    return text.partition(f"\n[{name}]\n")[2].partition("\n[")[0]


def test_a_line_recorded_on_request_has_no_way_to_a_recording_while_nobody_of_ours_lives() -> None:
    text = dialplan(records_alone=False)
    key = section(text, "note-mark-unrecorded")

    assert f"r(/srv/pbx/spool/recording/{KOKUHO}_" not in text
    assert "Set(__DYNAMIC_FEATURES=mark-unrecorded#help)" in section(text, "serve-alone")
    assert "MASTER_CHANNEL(TSUWAROKU_MARKS)" in key
    assert "Playtones(!400/250,!0/150,!400/250)" in key


def test_the_refusing_tone_sounds_at_who_pressed_and_not_at_the_caller() -> None:
    features = render_configuration(asked(records_alone=False), a_plan())["features.conf"]

    assert 'mark-unrecorded => *1,self/callee,Gosub,"note-mark-unrecorded,s,1"\n' in features


def test_where_the_city_wants_it_the_key_records_and_tells_both() -> None:
    text = dialplan(records_alone=True)
    key = section(text, "record-on-demand")

    assert "Set(__DYNAMIC_FEATURES=record#help)" in section(text, "serve-alone")
    assert f"exten => {KOKUHO},1," in key
    assert f"r(/srv/pbx/spool/recording/{KOKUHO}_" in key
    assert key.index("MixMonitor(") < key.index("Playback(/srv/pbx/sounds/rokuon)")


def test_a_line_that_is_always_recorded_only_marks() -> None:
    text = render_configuration(town(), a_plan())["extensions.conf"]

    assert text.count("Set(__DYNAMIC_FEATURES=mark#help)") == len(town().lines)


def test_who_checks_a_profile_is_told_what_the_key_does_while_the_telephone_server_is_alone(
    sakura: ProfileFile,
) -> None:
    usual = explain_recording(load_profile(sakura.path))
    sakura.write(ON_DEMAND, f"{ON_DEMAND}    records_alone: true\n")
    profile = load_profile(sakura.path)
    wanted = explain_recording(profile)

    kenshin = profile.line(LineId("kenshin"))
    assert kenshin is not None
    assert kenshin.records_alone
    assert "押しても録音しません" in usual
    assert "押しても録音しません" not in wanted
    assert "その通話のあいだは止められません" in wanted
