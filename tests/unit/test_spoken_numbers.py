"""What a citizen says of a 個人番号 or a card stands nowhere as text; all other numbers stay legible."""

from __future__ import annotations

import pytest

from transcription.normalise import normalise
from transcription.spoken_numbers import MASK, is_card_number, is_own_number, masked, masked_text
from transcription.utterance import Track, Utterance, Word

# Both made up, with the check digits that such numbers have.
OWN = "123456789018"
CARD = "4242424242424242"


def said(text: str, start: float = 0.0, track: Track = Track.CALLER) -> Utterance:
    words = tuple(Word(text=one, start=start, end=start + 1, probability=0.9) for one in text)
    return Utterance(track=track, start=start, end=start + 1, text=text, words=words)


def digits(written: str) -> list[int]:
    return [int(one) for one in written]


def test_the_check_digits_tell_such_numbers_from_others() -> None:
    assert is_own_number(digits(OWN))
    assert not any(is_own_number(digits(OWN[:-1] + str(last))) for last in range(10) if last != 8)
    assert is_card_number(digits(CARD))
    assert is_card_number(digits("378282246310005"))
    assert not is_card_number(digits("4242424242424241"))
    assert not is_card_number(digits("9242424242424246"))


@pytest.mark.parametrize(
    "text",
    [
        "番号は123456789018です",
        "番号は１２３４５６７８９０１８です",
        "1234 5678 9018",
        "1234の5678の9018です",
        "1234-5678-9018",
        "一二三四五六七八九〇一八",
        "いち、に、さん、よん、ご、ろく、なな、はち、きゅう、ゼロ、いち、はち",
        "イチニサンヨンゴーロクナナハチキューゼロイチハチ",
        "1234に、5678、えーと、9018",
        "カードは4242 4242 4242 4242",
        "四二四二、四二四二、四二四二、四二四二",
    ],
)
def test_however_it_is_written_its_digits_are_gone_and_the_rest_stays(text: str) -> None:
    (one,) = masked([said(text)])

    assert MASK in one.text
    assert len(one.text) == len(text)
    assert "".join(word.text for word in one.words) == one.text
    assert not any(normalise(part) in normalise(one.text) for part in (OWN[:4], "一二三四", "いちにさん"))
    assert [word.start for word in one.words] == [0.0] * len(text)


def test_the_words_around_the_number_stay() -> None:
    assert masked_text("番号は123456789018です。") == "番号は●●●●●●●●●●●●です。"


@pytest.mark.parametrize(
    "text",
    [
        "電話は090-1234-5678です",
        "090-1234-5678と03-1234-5678です",
        "税額は123456789012円",
        "令和8年11月22日の13時45分に3番の窓口",
        "1月から12月まで、2か月ごとに4回",
        "にししごくに",
        "",
    ],
)
def test_other_numbers_stay_legible(text: str) -> None:
    assert masked_text(text) == text


def test_a_number_said_in_pieces_is_found_although_the_other_side_speaks_between() -> None:
    call = (
        said("1234", 0),
        said("はい、1234", 2, Track.HALL),
        said("5678", 4),
        said("はい", 6, Track.HALL),
        said("えーと、9018です", 8),
    )

    assert [one.text for one in masked(call)] == ["●●●●", "はい、1234", "●●●●", "はい", "えーと、●●●●です"]


def test_digits_that_are_said_much_later_are_not_the_same_number() -> None:
    call = (said("12345678", 0), said("9018", 60))

    assert masked(call) == call


def test_words_that_are_cut_otherwise_than_the_text_lose_all_digits() -> None:
    odd = Utterance(
        track=Track.CALLER, start=0, end=1, text=OWN,
        words=(Word(text="1234x", start=0, end=1, probability=0.5),),
    )  # fmt: skip

    assert masked([odd])[0].words[0].text == "●●●●x"
