"""A city's own Word files: theirs win, strange ones are refused in words, and nothing in one is run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure.notices.fields import FIELDS
from disclosure.notices.kinds import NoticeKind
from disclosure.notices.template import TemplateBroken, Templates, filled, names_in
from tests.word_file import words_of
from tools.notice_templates import word_file

VALUES = dict.fromkeys(FIELDS, "値")
GOOD = word_file("# 市の通知\n«宛先» 様")


def packed(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(name, content)
    return made.getvalue()


def files_of(template: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(template)) as opened:
        return {one.filename: opened.read(one) for one in opened.infolist()}


def changed(old: bytes, new: bytes) -> bytes:
    """Return the good file with words of its document changed."""
    files = files_of(GOOD)
    assert old in files["word/document.xml"]
    return packed({**files, "word/document.xml": files["word/document.xml"].replace(old, new)})


def test_the_citys_own_file_wins_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "full.docx").write_bytes(GOOD)
    own = Templates(tmp_path)

    assert words_of(filled(own.of(NoticeKind.FULL), VALUES)) == "市の通知\n値 様"
    assert own.of(NoticeKind.NONE) == Templates().of(NoticeKind.NONE)


def test_a_field_in_one_piece_as_word_writes_it_is_filled_too() -> None:
    simple = word_file("あて名：宛先の場所")
    files = files_of(simple)
    field = (
        '</w:t></w:r><w:fldSimple w:instr=" MERGEFIELD 宛先 \\* MERGEFORMAT "><w:r><w:t>«宛先»</w:t></w:r>'
        '</w:fldSimple><w:r><w:t>'
    ).encode()  # fmt: skip
    files["word/document.xml"] = files["word/document.xml"].replace("宛先の場所".encode(), field)

    assert words_of(filled(packed(files), VALUES)) == "あて名：値"


def test_a_field_that_no_notice_has_is_refused_instead_of_left_empty() -> None:
    with pytest.raises(TemplateBroken):
        filled(word_file("«宛て先» 様"), VALUES)


def test_a_file_that_cannot_be_read_is_told_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "full.docx").mkdir()

    with pytest.raises(TemplateBroken):
        Templates(tmp_path).of(NoticeKind.FULL)


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"PK", b"%PDF-1.7", GOOD[:200], packed({}), packed({"word/document.xml": b"<a/>"}),
        changed(b"</w:body>", b""),
        packed({**files_of(GOOD), "word/big.bin": b"0" * (31 * 1024 * 1024)}),
        packed({**files_of(GOOD), **{f"word/{number}": b"" for number in range(400)}}),
        GOOD + b"0" * (6 * 1024 * 1024),
    ],
    ids=["empty", "two", "pdf", "cut", "no-file", "no-types", "open-tag", "bomb", "many", "long"],
)  # fmt: skip
def test_what_is_no_word_file_is_refused(broken: bytes) -> None:
    with pytest.raises(TemplateBroken):
        filled(broken, VALUES)


def test_no_file_of_the_machine_comes_into_a_notice(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("ひみつ", encoding="utf-8")
    entity = f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    head = b'standalone="yes"?>\n'
    files = files_of(changed("市の通知".encode(), b"&x;"))
    files["word/document.xml"] = files["word/document.xml"].replace(head, head + entity)

    with pytest.raises(TemplateBroken):
        filled(packed(files), VALUES)


def test_entities_that_grow_are_refused() -> None:
    grown = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    entity = b'<!DOCTYPE w:document [<!ENTITY a0 "aaaaaaaaaa">' + grown + b"]>"
    head = b'standalone="yes"?>\n'
    files = files_of(changed("市の通知".encode(), b"&a11;"))
    files["word/document.xml"] = files["word/document.xml"].replace(head, head + entity)

    with pytest.raises(TemplateBroken):
        filled(packed(files), VALUES)


@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.integers(0, 40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nonsense_in_a_file_is_refused_or_filled_and_nothing_else(put: bytes, at: int, over: int) -> None:
    try:
        made = filled(GOOD[:at] + put + GOOD[at + over :], VALUES)
    except TemplateBroken:
        return
    assert names_in(made) == frozenset()


@given(st.binary(max_size=200), st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_nonsense_in_the_words_of_a_file_is_refused_or_filled_and_nothing_else(put: bytes, at: int) -> None:
    files = files_of(GOOD)
    document = files["word/document.xml"]
    files["word/document.xml"] = document[:at] + put + document[at:]
    try:
        filled(packed(files), VALUES)
    except TemplateBroken:
        return
