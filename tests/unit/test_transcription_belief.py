"""Text made out of noise is refused; true words are believed, however short."""

from __future__ import annotations

import pytest

from transcription.belief import Figures, is_believable, recites


@pytest.mark.parametrize(
    ("text", "log_probability", "silence", "compression", "believed"),
    [
        ("はい。", -0.8, 0.62, 0.6, True),  # one word in a silent call
        ("ばか野郎", -1.3, 0.40, 0.7, True),  # unclear, but somebody spoke
        ("スタッフの方向を望むことができます", -1.46, 0.621, 1.0, False),  # out of noise
        ("んんん", -1.10, 0.72, 0.9, False),  # out of a dial tone
        ("2日平均乗車人員は2,686人", -1.2, 0.75, 1.0, False),
        ("出せ" * 40, -0.3, 0.05, 5.3, False),  # a loop
        ("ご視聴ありがとうございました", -0.76, 0.49, 1.0, False),
        ("ご視聴ありがとうございました", -0.2, 0.05, 1.0, True),  # a person said it
        ("ありがとうございました", -0.9, 0.5, 1.0, True),  # what operators say most
    ],
)
def test_a_text_is_believed_by_the_recognisers_own_figures(
    text: str, log_probability: float, silence: float, compression: float, believed: bool
) -> None:
    figures = Figures(log_probability=log_probability, silence=silence, compression=compression)

    assert is_believable(text, figures) is believed


def test_sound_that_gave_no_words_a_first_time_must_be_surer() -> None:
    unclear = Figures(log_probability=-1.3, silence=0.4, compression=0.7)

    assert is_believable("ばか野郎", unclear)
    assert not is_believable("ばか野郎", unclear, doubtful=True)


@pytest.mark.parametrize(
    ("text", "log_probability", "silence", "believed"),
    [
        ("市役所、保険年金課、国民健康保険", -0.5, 0.88, False),  # recited into noise, and sure of it
        ("保険年金課、国民健康保険", -0.63, 0.72, False),  # recited over the keys of a telephone
        ("剥、", -2.21, 0.0, False),  # out of a crackle
        ("保険年金課でございます", -0.3, 0.29, True),
    ],
)
def test_the_citys_own_words_are_not_believed_where_nobody_spoke(
    text: str, log_probability: float, silence: float, believed: bool
) -> None:
    figures = Figures(log_probability=log_probability, silence=silence, compression=0.9)

    assert is_believable(text, figures, prompted=True) is believed


def test_a_text_that_is_mostly_the_prompt_is_told_from_a_sentence_that_holds_its_words() -> None:
    prompt = "さくら市役所、保険年金課、国民健康保険、納税通知書、住民票、高額療養費。"

    assert recites("住民票、高額療養費、保険、納税通知書、住民票、", prompt)
    assert not recites("国民健康保険の納税通知書が届いたんですけど、金額がおかしいと思うんですよ。", prompt)
    assert not recites("はい", prompt)
