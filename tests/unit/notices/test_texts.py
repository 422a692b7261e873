"""The Word files that come with the program: one of each kind, of known fields, saying what they must."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.notice_names import NAMES
from disclosure.notices.fields import FIELDS
from disclosure.notices.kinds import NoticeKind
from disclosure.notices.template import Templates, filled, names_in
from tests.word_file import words_of
from tools.notice_templates import word_file
from tools.notice_texts import TEXTS

DECISIONS = sorted({
    NoticeKind.FULL, NoticeKind.PARTIAL, NoticeKind.NONE, NoticeKind.ABSENT, NoticeKind.NOT_SAID,
    NoticeKind.GRANTED, NoticeKind.GRANTED_PART, NoticeKind.REFUSED, NoticeKind.OBJECTOR,
})  # fmt: skip


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_file_of_each_kind_is_the_text_that_makes_it(kind: NoticeKind) -> None:
    shipped = Templates().of(kind)

    assert shipped == word_file(TEXTS[kind.value]), "run python -m tools.notice_templates"
    assert names_in(shipped) <= set(FIELDS)


def test_every_field_is_used_by_some_notice() -> None:
    assert set(FIELDS) == {name for kind in NoticeKind for name in names_in(Templates().of(kind))}


def test_the_guide_names_every_file_and_every_field() -> None:
    guide = Path("docs/city-profile.md").read_text(encoding="utf-8")

    assert [kind for kind in NoticeKind if f"| `{kind.value}.docx` | {NAMES[kind]} |" not in guide] == []
    assert [name for name, says in FIELDS.items() if f"| `{name}` | {says} |" not in guide] == []


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_decision_says_how_and_until_when_it_can_be_contested(kind: NoticeKind) -> None:
    words = words_of(Templates().of(kind))

    assert "3か月以内に" in words
    assert "審査請求をすることができます" in words
    assert "6か月以内に" in words
    assert "訴え" in words


@pytest.mark.parametrize("kind", [NoticeKind.OPINION, NoticeKind.OBJECTOR])
def test_a_letter_to_a_third_person_has_no_field_of_who_asks(kind: NoticeKind) -> None:
    about_who_asks = {"受付番号", "利用目的", "理由", "請求の種類", "実施の方法"}

    assert not names_in(Templates().of(kind)) & about_who_asks


def test_everything_typed_stands_in_the_file_as_it_was_typed() -> None:
    values = {**dict.fromkeys(FIELDS, ""), "宛先": "山田 <&> 花子", "理由": "1\n2", "補正の内容": "«宛先»"}

    words = words_of(filled(Templates().of(NoticeKind.AMENDING), values))

    assert "山田 <&> 花子 様" in words
    assert "«宛先»" in words
    assert "MERGEFIELD" not in words
