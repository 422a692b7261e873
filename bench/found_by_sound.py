"""What each tier of search finds of words that were really said, in what a machine made of them.

The text is what the base model wrote of the practice dialogues (bench/machine_words.json): searching is
measured here, not hearing. A word counts for a side of a call on which it was said, and as found if any
utterance of that side answers; words that nobody said count against precision. The list was written before
the first run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bench.archive_of_words import DIALOGUES
from transcription import sounds
from transcription.likeness import fewest_edits
from transcription.normalise import normalise
from transcription.reading import Reader
from transcription.sounds import Reading

MACHINE_WORDS = Path(__file__).with_name("machine_words.json")
SIDES = {"caller": "C", "hall": "O"}
WORDS = (
    *(
        "国民健康保険",
        "納税通知書",
        "納税課",
        "督促状",
        "税務課",
        "固定資産税",
        "評価額",
        "土地",
        "住民票",
        "保険料",
    ),
    *(
        "介護保険",
        "児童手当",
        "生活保護",
        "福祉課",
        "市民課",
        "窓口",
        "番号",
        "担当者",
        "責任者",
        "上司",
        "録音",
    ),
    *(
        "通話",
        "個人情報",
        "情報公開",
        "審査の申し出",
        "審査請求",
        "期限",
        "書類",
        "申請",
        "手続き",
        "電話",
        "名前",
    ),
    *(
        "住所",
        "料金",
        "税金",
        "年金",
        "街路樹",
        "道路",
        "騒音",
        "公園",
        "水道",
        "粗大ごみ",
        "明細",
        "三か月",
        "来週",
    ),
    *(
        "お待たせいたしました",
        "申し訳ございません",
        "失礼いたします",
        "佐藤",
        "渡辺",
        "山田",
        "鈴木",
        "高橋",
        "田中",
    ),
    *(
        "暴言",
        "ばか野郎",
        "ふざけるな",
        "いい加減にしろ",
        "殺す",
        "土下座",
        "訴える",
        "謝れ",
        "うるさい",
        "死ね",
    ),
    *(
        "馬鹿",
        "税金泥棒",
        "名前を言え",
        "責任を取れ",
        "待たせる",
        "払えない",
        "払わない",
        "遅い",
        "間違い",
        "分割",
    ),
    *(
        "延滞金",
        "還付",
        "控除",
        "世帯",
        "引っ越し",
        "マイナンバー",
        "カード",
        "更新",
        "受付",
        "予約",
        "相談",
        "確認",
    ),
    *("説明", "納得", "課長", "市長", "議員", "弁護士", "警察", "新聞"),
)
_Answers = Callable[[str, str, Reading], bool]


def found_by_sound(reader: Reader) -> dict[str, object]:
    """Return recall and precision of each tier together with those above it."""
    machine = json.loads(MACHINE_WORDS.read_text("utf-8"))
    sides: list[tuple[str, list[tuple[str, Reading]]]] = []
    for name in ("d1", "d2", "d3", "d4", "d5", "d6"):
        turns = json.loads((DIALOGUES / f"{name}.json").read_text("utf-8"))["turns"]
        for side, speaker in SIDES.items():
            said = "".join(turn["text"] for turn in turns if turn["speaker"] == speaker)
            heard = [(normalise(one), reader.read(one)) for one in machine[name][side]]
            sides.append((normalise(said), heard))
    asked = {word: reader.read(word).sounds for word in WORDS}
    true = {
        (word, place) for word in WORDS for place, (said, _) in enumerate(sides) if normalise(word) in said
    }
    figures: dict[str, object] = {"words_asked": len(WORDS), "words_really_said": len(true)}
    tiers: dict[str, _Answers] = {
        "spelt": _spelt,
        "read": lambda word, norm, read: _spelt(word, norm, read) or _read(asked[word], read),
        "alike": lambda word, norm, read: (
            _spelt(word, norm, read) or _read(asked[word], read) or _alike(asked[word], read)
        ),
    }
    for tier, answers in tiers.items():
        found = {
            (word, place)
            for word in WORDS
            for place, (_, heard) in enumerate(sides)
            if any(answers(word, norm, read) for norm, read in heard)
        }
        figures[f"{tier}_recall"] = round(len(true & found) / len(true), 2)
        figures[f"{tier}_precision"] = round(len(true & found) / len(found), 2)
    return figures


def _spelt(word: str, norm: str, _read: Reading) -> bool:
    return normalise(word) in norm


def _read(heard: str, read: Reading) -> bool:
    return bool(sounds.find_in(heard, read))


def _alike(heard: str, read: Reading) -> bool:
    if not sounds.edits(heard):
        return False
    return bool(fewest_edits(heard, [read.sounds])[0] <= sounds.edits(heard))
