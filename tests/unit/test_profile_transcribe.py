"""A city that wants less text about its citizens says so on a line; everything else stays as it was."""

from __future__ import annotations

import pytest

from core.ids import LineId
from core.profile.loading import load_profile
from core.profile.recording import Transcribe
from core.profile.recording_report import explain_recording
from tests.fixtures_profile import ProfileFile

KOKUHO = "  - id: kokuho\n"
FLAGGED = KOKUHO + "    transcribe: flagged\n"
SHIMIN = "{id: shimin, name: 市民課, agency: shicho}"
GOING_OUT = (
    '{id: shimin, name: 市民課, agency: shicho, outbound: {recording: always, number: "0300000102",'
    " announcement: rokuon, transcribe: flagged}}"
)


def test_every_line_is_written_down_unless_the_city_says_otherwise(sakura: ProfileFile) -> None:
    assert {line.transcribe for line in load_profile(sakura.path).lines} == {Transcribe.ALL}


@pytest.mark.parametrize(
    ("old", "new", "line"), [(KOKUHO, FLAGGED, "kokuho"), (SHIMIN, GOING_OUT, "out-shimin")]
)
def test_a_line_and_the_calls_going_out_can_be_written_down_only_when_flagged(
    sakura: ProfileFile, old: str, new: str, line: str
) -> None:
    sakura.write(old, new)
    profile = load_profile(sakura.path)

    found = profile.line(LineId(line))
    assert found is not None
    assert found.transcribe is Transcribe.FLAGGED
    assert "フラグのある通話だけを文字に" in explain_recording(profile)


def test_nothing_is_said_of_it_where_all_is_written_down(sakura: ProfileFile) -> None:
    assert "文字起こし: " not in explain_recording(load_profile(sakura.path))


def test_an_unknown_choice_is_a_fault(sakura: ProfileFile) -> None:
    fault = sakura.fault_after(KOKUHO, KOKUHO + "    transcribe: none\n")

    assert "「none」は使えません" in str(fault)
