"""Whatever a torn disk holds of a call, sound, notes or journal: it is read, or refused in our words."""

from __future__ import annotations

import io
import json
import wave
from contextlib import nullcontext, suppress
from pathlib import Path
from urllib.parse import urlencode
from zlib import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telephony.capture.dialplan_facts import read_dialplan_facts
from telephony.journal.journal_entry import JournalEntry, LineDamaged, read_line, write_line
from telephony.journal.journal_scan import call_of_line, perhaps_open
from telephony.sound.audio_files import UnreadableRecording, find_track, read_wav
from telephony.unrecorded.call_record import read_call_record, read_record_name
from tests.unit.anything import ANYTHING, DEEP, LIMITS
from tests.unit.call_scenes import ARRIVED, CALL


class Whole(io.BytesIO):
    @property
    def size(self) -> int:
        return len(self.getbuffer())


def recorded() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(b"\x01\x02" * 100)
    return file.getvalue()


@st.composite
def torn(draw: st.DrawFn) -> bytes:
    """A recording with some bytes changed, cut or added."""
    raw = bytearray(recorded())
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, 60))
        raw[at : at + draw(st.integers(0, 8))] = draw(st.binary(max_size=8))
    return bytes(raw[: draw(st.integers(0, len(raw)))])


@LIMITS
@given(torn() | st.binary(max_size=200) | st.binary(max_size=60).map(lambda more: b"RIFF\0\0\0\0WAVE" + more))
@example(b"RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff")
@example(b"RIFF\0\0\0\0WAVE" + b"fmt \0\0\0\0" * 5000)
def test_a_recording_of_any_bytes_is_samples_within_it_or_unreadable(raw: bytes) -> None:
    try:
        track = find_track(lambda: nullcontext(Whole(raw)))
    except UnreadableRecording:
        return

    assert 0 <= track.start <= track.file_bytes == len(raw)
    assert 0 <= track.start + 2 * track.count <= len(raw)
    assert len(read_wav(raw).samples) == track.count


FIELDS = st.sampled_from(
    ["of", "kind", "begun", "ended", "alone", "offer", "state", "connected", "marks", "help", "phone", "name"]
)


@LIMITS
@given(
    st.binary(max_size=200)
    | st.lists(st.tuples(FIELDS, st.text(max_size=20) | st.floats().map(str)), max_size=8).map(
        lambda pairs: urlencode(pairs, errors="replace").encode()
    )
)
@example(b"of=a%00b&begun=1e300&ended=nan&alone=-inf")
@example(b"of=../../etc/passwd")
def test_what_the_dialplan_left_is_read_whatever_stands_there(raw: bytes) -> None:
    name = read_record_name("kokuho_city-1795290506.12_record")
    assert name is not None

    record, facts = read_call_record(name, raw), read_dialplan_facts(raw)

    assert record.part_of.isascii()
    assert record.part_of.replace("-", "").replace(".", "").replace("_", "").replace("~", "").isalnum()
    assert all(at.tzinfo is not None for at in (*facts.marks, *facts.help_asked))


LINE = write_line(JournalEntry(call=CALL, seq=1, event=ARRIVED))


@LIMITS
@given(at=st.integers(0, len(LINE) - 2), byte=st.integers(0, 255))
def test_a_line_of_the_journal_with_one_byte_changed_is_never_taken_for_another(at: int, byte: int) -> None:
    changed = LINE[:at] + bytes((byte,)) + LINE[at + 1 :]

    if changed == LINE or b"\n" in changed[:-1]:
        return
    with pytest.raises(LineDamaged):
        read_line(changed)


@LIMITS
@given(
    st.binary(max_size=100)
    | st.fixed_dictionaries(
        {
            "call": ANYTHING,
            "seq": ANYTHING,
            "kind": ANYTHING | st.sampled_from(["caller-arrived", "ordered", "digit-pressed"]),
            "refused": ANYTHING,
            "body": ANYTHING,
        }
    ).map(lambda inner: json.dumps(inner).encode())
)
@example(
    b'{"call":"c","seq":Infinity,"kind":"caller-hung-up","refused":false,"body":{"at":"2026-11-20T03:00:00Z"}}'
)
@example(DEEP.encode())
def test_a_line_with_a_right_checksum_is_still_no_event_unless_it_is_one(inner: bytes) -> None:
    line = b'{"crc":"%08x","entry":%s}\n' % (crc32(inner), inner)

    with suppress(LineDamaged):
        assert read_line(line).event.at is not None


@LIMITS
@given(st.lists(st.binary(max_size=80) | st.just(LINE) | st.just(LINE[:40]), max_size=6).map(b"\n".join))
@example(b"\0\n" + LINE)
def test_journals_of_any_bytes_are_searched_for_calls_that_go_on(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "00000001.jsonl"
    file.write_bytes(content)

    found = perhaps_open([file])

    # Zeros are room that nobody has written yet: whoever reads stops at the first one.
    lines = content.partition(b"\0")[0].split(b"\n")
    assert (CALL in found) == any(call_of_line(line) == CALL for line in lines)
