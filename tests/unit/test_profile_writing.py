"""What editors and hands do to a file: a clear message with its line, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.profile.report import check_profile
from tests.fixtures_profile import ProfileFile


def faults_of(path: Path, content: bytes) -> list[tuple[int, str]]:
    path.write_bytes(content)
    return [(fault.line, fault.reason) for fault in check_profile(path)]


def test_a_file_saved_as_shift_jis_is_told_with_the_line_of_its_first_japanese_word(tmp_path: Path) -> None:
    content = "schema_version: 1\ncity: sakura\nname: さくら市\n".encode("cp932")

    assert faults_of(tmp_path / "a.yaml", content) == [
        (3, "文字コードが Shift_JIS（メモ帳の「ANSI」）になっています。")
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_saved_as_utf_16_is_told(sakura: ProfileFile, encoding: str) -> None:
    faults = faults_of(sakura.path, sakura.text.encode(encoding))

    assert len(faults) == 1
    assert "UTF-16" in faults[0][1] or "UTF-8" in faults[0][1]


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "a.yaml", b"a: 1\nb: \x81\x01\n") == [
        (2, "UTF-8 の文字として読めないところがあります。")
    ]


def test_a_byte_order_mark_in_front_of_utf_8_harms_nothing(sakura: ProfileFile) -> None:
    assert faults_of(sakura.path, b"\xef\xbb\xbf" + sakura.path.read_bytes()) == []


def test_windows_line_ends_harm_nothing(sakura: ProfileFile) -> None:
    assert faults_of(sakura.path, sakura.path.read_bytes().replace(b"\n", b"\r\n")) == []


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", "　\n".encode()])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    assert faults_of(tmp_path / "a.yaml", content) == [(1, "ファイルに何も書かれていません。")]


def test_a_file_with_nothing_but_remarks_is_told(tmp_path: Path) -> None:
    faults = faults_of(tmp_path / "a.yaml", "# さくら市\n".encode())

    assert faults == [(1, "値の種類が違います。ここには「項目名: 値」の組を書きます。")]


@pytest.mark.parametrize("content", ["さくら市", "- a\n- b\n", "1", "true"])
def test_a_file_that_is_no_profile_is_told(tmp_path: Path, content: str) -> None:
    assert len(faults_of(tmp_path / "a.yaml", content.encode())) == 1


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    faults = faults_of(tmp_path / "a.yaml", b"# \n" * 1_000_000)

    assert faults == [(1, "ファイルが大きすぎます（1 MB を超えています）。")]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert [fault.reason for fault in check_profile(tmp_path / "none.yaml")] == [
        "設定ファイルが見つかりません。"
    ]


def test_a_folder_is_told(tmp_path: Path) -> None:
    assert [fault.reason for fault in check_profile(tmp_path)] == [
        "ファイルではなくフォルダーが指定されています。"
    ]


WRITTEN = [
    pytest.param("a: 1\nb:\n\tc: 1\n", 3, "タブ", id="tab"),
    pytest.param("a: 1\nb:\n　　c: 1\n", 3, "全角の空白", id="full-width space"),
    pytest.param("a: 1\nname： さくら市\n", 2, "「：」が全角", id="full-width colon"),
    pytest.param("a: 1\na: 2\n", 2, "2回書かれて", id="same key twice"),
    pytest.param("a:\n  b: 1\n c: 2\n", 3, "字下げ", id="ragged indent"),
    pytest.param("a: [1, 2\nb: 3\n", 2, "かっこ", id="open bracket"),
    pytest.param("a: 'x\nb: 3\n", 3, "閉じない", id="open quote"),
    pytest.param("a: b: c\n", 1, "「:」の位置", id="two colons"),
    pytest.param("a: 1\n---\nb: 1\n", 2, "2つ目の文書", id="two documents"),
    pytest.param("a: *1\n", 1, "「*」", id="star without quotes"),
    pytest.param("a: &x 1\nb: *x\n", 1, "使い回し", id="anchor"),
    pytest.param("a: &x [*x]\n", 1, "使い回し", id="anchor within itself"),
    pytest.param("a: !!python/object:os.system x\n", 1, "「!」", id="tag"),
    pytest.param("a: !!binary x\n", 1, "「!」", id="binary tag"),
    pytest.param(": 1\n", 1, "項目名がありません", id="no key"),
    pytest.param("? [a]\n: 1\n", 1, "項目名がありません", id="list for a key"),
    pytest.param("a: @x\n", 1, "使えない記号", id="reserved sign"),
    pytest.param('a: "\\q"\n', 1, "「\\」", id="wrong escape"),
    pytest.param("a: 1\nb: \x07\n", 2, "目に見えない", id="bell"),
    pytest.param("[" * 3000, 1, "深すぎ", id="deep brackets"),
    pytest.param("a: " + "[" * 20 + "]" * 20, 1, "深すぎ", id="closed deep brackets"),
    pytest.param("%YAML 9.9\n---\na: 1\n", 1, "YAML の書き方", id="another YAML"),
]


@pytest.mark.parametrize(("content", "line", "said"), WRITTEN)
def test_broken_writing_is_told_with_its_line(tmp_path: Path, content: str, line: int, said: str) -> None:
    faults = faults_of(tmp_path / "a.yaml", content.encode())

    assert any(at == line and said in reason for at, reason in faults), faults


def test_all_tabs_are_told_at_once(sakura: ProfileFile) -> None:
    text = sakura.text.replace("    name: 市長部局", "\tname: 市長部局").replace(
        "    name: 市議会", "\tname: 市議会"
    )

    faults = faults_of(sakura.path, text.encode())

    assert [reason for _, reason in faults] == ["行の初めにタブが使われています。"] * 2


def test_a_key_written_twice_names_both_lines(sakura: ProfileFile) -> None:
    first = sakura.line_of("unflagged_days")

    fault = sakura.fault_after("  flagged_days", "  unflagged_days: 30\n  flagged_days")

    assert fault.line == first + 1
    assert f"1回目は{first}行目" in fault.reason


def test_half_a_character_can_still_be_shown(sakura: ProfileFile) -> None:
    faults = sakura.faults_after("name: さくら市\n", 'name: "\\ud800"\nx: "\\udfff"\n')

    assert all((fault.where + fault.reason + fault.instead).encode("utf-8") for fault in faults)


def test_a_billion_laughs_stay_one(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    faults = faults_of(tmp_path / "a.yaml", "\n".join(lines).encode())

    assert len(faults) < 1000
