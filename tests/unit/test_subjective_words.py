"""Subjective words are marked where they stand for a fact, and nowhere else."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profile.casework import DEFAULT_WORDS, StatedBy
from incidents.cases.prefill import HeardQuote, SameNumber, Side
from incidents.cases.subjective_words import CallFigures, Marked, WordChecker, offers
from transcription.reading import the_reader

SUBJECTIVE = [
    ("電話口で激しく怒られた。", ("激しく", "怒ら")),
    ("大声で怒鳴られ、怖かった。", ("大声", "怒鳴ら", "怖かっ")),
    ("非常にこわかったので上司に代わった。", ("こわかっ",)),
    ("同じ要求をしつこく繰り返した。", ("しつこく",)),
    ("異常な要求をされた。", ("異常",)),
    ("一方的に話して電話を切った。", ("一方的",)),
    ("この人は有名なクレーマーである。", ("クレーマー",)),
    ("職員を罵倒した。", ("罵倒",)),
    ("相手は激怒していた。", ("激怒",)),
    ("ひどい言い方で責め立てられた。", ("ひどい", "責め立て")),
    ("酷い言葉を浴びせられた。", ("酷い",)),
    ("窓口で暴言があった。", ("暴言",)),
    ("高圧的な態度であった。", ("高圧的",)),
    ("執拗に責任者を出すよう求めた。", ("執拗",)),
    ("延々と話し続けた。", ("延々",)),
    ("何度も電話してきた。", ("何度も",)),
    ("頻繁に来庁している。", ("頻繁",)),
    ("毎日のように電話がある。", ("毎日のよう",)),
    ("非常識な時間に電話してきた。", ("非常識",)),
    ("理不尽な主張を続けた。", ("理不尽",)),
    ("わがままな申出であった。", ("わがまま",)),
    ("横柄な口調で話した。", ("横柄",)),
    ("不満げに退去した。", ("不満げ",)),
    ("職員は不快に感じた。", ("不快",)),
    ("嫌味を言われた。", ("嫌味",)),
    ("言いがかりをつけられた。", ("言いがかり",)),
    ("職員に凄んだ。", ("凄ん",)),
    ("急に逆ギレした。", ("逆ギレ",)),
    ("感情的になって電話を切った。", ("感情的",)),
    ("失礼な発言があった。", ("失礼",)),
    ("対応に恐怖を感じた。", ("恐怖",)),
    ("まくし立てるように話した。", ("まくし立てる",)),
    ("職員を威圧した。", ("威圧",)),
    ("モンスターのような相手だった。", ("モンスター",)),
]
FACTUAL = [
    "「お前はバカだ。クズだ。」と発言した。",
    "「怖かった」と相手は述べた。",
    "『激しく怒られた』という苦情の申出であった。",
    "相手は「職員に一方的に切られた。ひどい」と申し立てた。",
    "相手は「『異常だ』と言われた」と述べた。",
    "激しい雨で来庁が遅れたとのことであった。",
    "水道メーターの検査は異常なしであった。",
    "設備に異常はなかった。",
    "異常気象による減免の相談であった。",
    "一方、課税の通知は別に届いた。",
    "一方で、納付は済んでいた。",
    "電話は15分間、しつこく続いた内容は督促状の取消しであった。",
    "4月中に7回、何度も同じ番号から電話があった。",
    "相手の声は、通話の初めより12dB大きい大声であった。",
    "行為の型は暴言型とした。",
    "型は威嚇・脅迫型とした。",
    "不当要求の対応要領を確認した。",
    "不当利得の返還を求めた。",
    "督促状の取消しを求めた。",
    "責任者を出すよう3回求めた。",
    "電話が切れた。",
    "通話の途中で音声が切れたため、かけ直した。",
    "12時10分に警告の言葉を伝えた。",
    "納付の記録を確かめ、行き違いであることを説明した。",
    "「失礼します」と言って電話を切った。",
    "職員は失礼いたしますと述べて電話を終えた。",
    "机を右手で2回たたいた。",
    "受付の台から身を乗り出し、職員の腕に触れた。",
    "保険料の額が昨年より上がった理由を尋ねた。",
    "通話時間は75分であった。",
    "相手は住所と氏名を名乗った。",
    "次回の連絡は4月10日とした。",
    "聞こえないため、声を大きくして話すよう職員から頼んだ。",
    "生活が苦しいと述べ、分納を希望した。",
    "相手の申出は、市の誤りによるものであった。",
    "熱中症警戒の放送が聞こえにくいとの申出であった。",
]


@pytest.fixture(scope="module")
def checker() -> WordChecker:
    return WordChecker(DEFAULT_WORDS, the_reader().terms)


def words(checker: WordChecker, text: str) -> tuple[str, ...]:
    return tuple(text[one.start : one.end] for one in checker.marks(text))


@pytest.mark.parametrize(("text", "expected"), SUBJECTIVE)
def test_an_impression_is_marked(checker: WordChecker, text: str, expected: tuple[str, ...]) -> None:
    assert words(checker, text) == expected


@pytest.mark.parametrize("text", FACTUAL)
def test_a_fact_is_left_alone(checker: WordChecker, text: str) -> None:
    assert words(checker, text) == ()


def test_precision_and_recall_of_sentences(checker: WordChecker) -> None:
    hits = [bool(checker.marks(text)) for text, _ in SUBJECTIVE]
    alarms = [bool(checker.marks(text)) for text in FACTUAL]

    assert len(SUBJECTIVE) + len(FACTUAL) >= 60
    assert len(FACTUAL) >= len(SUBJECTIVE)
    assert sum(hits) / len(hits) >= 0.95
    assert sum(hits) / (sum(hits) + sum(alarms)) >= 0.95


PIECES = st.lists(
    st.sampled_from(
        [text for text, _ in SUBJECTIVE] + FACTUAL + ["「", "」", "『", "』", "\n", "　", "怒鳴"]
    ),
    max_size=6,
).map("".join)


@given(PIECES)
def test_marks_are_in_order_apart_and_inside_the_text(text: str) -> None:
    found = WordChecker(DEFAULT_WORDS, the_reader().terms).marks(text)

    places = [place for one in found for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(0 <= one.start < one.end <= len(text) for one in found)


@given(st.lists(st.sampled_from([text for text, _ in SUBJECTIVE]), max_size=4).map("".join))
def test_nothing_that_somebody_said_is_marked(said: str) -> None:
    checker = WordChecker(DEFAULT_WORDS, the_reader().terms)

    assert checker.marks(f"相手は「{said}」と述べた。") == ()


def test_a_bracket_that_is_never_closed_hides_nothing(checker: WordChecker) -> None:
    assert words(checker, "相手は「激しく怒鳴った。") == ("激しく", "怒鳴っ")


def test_a_word_of_another_city_is_found_in_all_its_forms() -> None:
    own = DEFAULT_WORDS[0].model_copy(update={"words": ("うるさい",), "unless": ()})
    checker = WordChecker([own], the_reader().terms)

    for text in ("うるさかった", "煩い", "うるさくて困る"):
        assert len(checker.marks(text)) == 1, text


def test_what_states_the_fact_is_offered_and_nothing_else() -> None:
    said = HeardQuote(id=UUID(int=7), text="いい加減にしろ", side=Side.CALLER, second=9)
    ours = HeardQuote(id=UUID(int=8), text="落ち着いてください", side=Side.HALL, second=10)
    known = CallFigures(
        quotes=(said, ours),
        louder_db=12.4,
        talk_minutes=75,
        counts=(SameNumber(days=30, calls=4, departments=2),),
    )

    def offered(*instead: StatedBy) -> list[str]:
        marked = Marked(start=0, end=1, why="", instead=instead)
        return [one.words for one in offers(marked, known)]

    assert offered(StatedBy.QUOTE, StatedBy.LOUDNESS) == [
        "「いい加減にしろ」",
        "相手の声は、通話の初めより最大12dB大きい（測定）",
    ]
    assert offered(StatedBy.MINUTES, StatedBy.COUNT) == [
        "通話時間は75分",
        "同じ番号からの電話は、30日間に4回",
    ]
    assert offered(StatedBy.CONDUCT) == []
    nothing = Marked(start=0, end=1, why="", instead=tuple(StatedBy))
    assert offers(nothing, CallFigures()) == ()
