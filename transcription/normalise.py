"""The normal form of Japanese text for search: what differs only in writing becomes equal.

Compatibility forms (NFKC), case, katakana and hiragana, and variant kanji of names fold together; only
letters and digits remain. Text is folded one written character at a time, so every folded character
remembers where it came from and a hit can be marked in the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Variant kanji that Unicode does not fold (異体字). Representative first. Names on letters to a city hall
# are written with either; a search for one must find the other.
_VARIANTS = (
    "辺邊邉 高髙 崎﨑嵜碕 斉齋齊斎 浜濵濱 沢澤 広廣 国國 桜櫻 島嶋嶌 徳德 恵惠 真眞 瀬瀨 竜龍 円圓 応應 学學 "
    "会會 条條 栄榮 豊豐 与與 万萬 蔵藏 荘莊 寿壽 実實 宝寶 渕淵 桑桒 富冨 峰峯 野埜 館舘 昇曻 "
    "吉𠮷 橋𣘺槗 鉄鐵鉃 静靜 顕顯 亜亞 黒黑 関關 県縣 剣劍 巌巖 気氣 帰歸 区區 検檢 権權 号號 済濟 "
    "児兒 従從 将將 称稱 穂穗 聡聰 総總 鶏鷄 滝瀧 択擇 団團 灯燈 当當 独獨 弐貳 売賣 麦麥 拝拜 "
    "発發 浅淺 仏佛 変變 弁辨辯瓣 翠翆 弥彌 訳譯 薬藥 様樣 頼賴 覧覽 両兩 礼禮 励勵 霊靈 隷隸 恋戀 "
    "錬鍊 炉爐 労勞 楼樓 郎郞 禄祿 湾灣 塩鹽 税稅 説說 戸戶 内內 戦戰 銭錢 壮壯 状狀 数數 声聲 "
    "聴聽 庁廳 鎮鎭 転轉 伝傳 稲稻 脳腦 桧檜 凜凛 遥遙 尭堯 槙槇 曽曾"
)
_FOLD_VARIANT = {ord(variant): group[0] for group in _VARIANTS.split() for variant in group[1:]}
# ァ..ヶ become ぁ..ゖ, and the repetition marks ヽヾ become ゝゞ.
_FOLD_KANA = {code: chr(code - 0x60) for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_FOLD = _FOLD_KANA | _FOLD_VARIANT

# A written character: its base and whatever is put on it (accents, half-width voiced marks).
_HALF_WIDTH_MARKS = frozenset("\uff9e\uff9f")


@lru_cache(maxsize=20_000)
def _fold(written: str) -> str:
    plain = unicodedata.normalize("NFKC", written).casefold()
    folded = unicodedata.normalize("NFKC", plain).translate(_FOLD)
    return "".join(character for character in folded if character.isalnum())


def _written_characters(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        if pieces and (unicodedata.combining(character) or character in _HALF_WIDTH_MARKS):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def normalise(text: str) -> str:
    """Fold a text to its normal form: letters and digits only."""
    return "".join(_fold(written) for written in _written_characters(text))


@lru_cache(maxsize=20_000)
def plain_kanji(written: str) -> str:
    """Write compatibility forms and variant kanji as what they stand for; kana and signs stay as they are."""
    return unicodedata.normalize("NFKC", written).translate(_FOLD_VARIANT)


def normalised_words(query: str) -> tuple[str, ...]:
    """Fold the words of a query, separated by any white space; words that are only signs fall away."""
    folded = (normalise(word) for word in re.split(r"\s+", query))
    return tuple(dict.fromkeys(word for word in folded if word))


def tokens(norm: str) -> tuple[str, ...]:
    """Cut a normal form into overlapping pairs, and its last character alone, in the order they stand."""
    return tuple(norm[at : at + 2] for at in range(len(norm)))


def index_literal(norm: str) -> str:
    """Write the tokens of a normal form as a PostgreSQL tsvector literal."""
    # A normal form holds letters and digits only, so nothing in it can end the quotes.
    return " ".join(f"'{token}':{place}" for place, token in enumerate(tokens(norm), start=1))


def query_literal(words: tuple[str, ...]) -> str:
    """Write normalised words as a PostgreSQL tsquery literal that finds texts holding every one of them.

    A word of one character asks for tokens that begin with it; a longer one for its pairs side by side.
    """
    return " & ".join(f"({_phrase(word)})" for word in words)


def _phrase(word: str) -> str:
    if len(word) == 1:
        return f"'{word}':*"
    return " <-> ".join(f"'{pair}'" for pair in tokens(word)[:-1])


def marks(text: str, words: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Find where normalised words stand in a text as it was written.

    Returns spans of the original text (start, end), in order, overlapping ones joined.
    """
    norm: list[str] = []
    origin: list[tuple[int, int]] = []
    at = 0
    for written in _written_characters(text):
        folded = _fold(written)
        norm.append(folded)
        origin.extend([(at, at + len(written))] * len(folded))
        at += len(written)
    whole = "".join(norm)
    found: list[tuple[int, int]] = []
    for word in words:
        place = whole.find(word)
        while place >= 0:
            found.append((origin[place][0], origin[place + len(word) - 1][1]))
            place = whole.find(word, place + 1)
    return joined(found)


def joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Put spans in order and join those that touch or overlap."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)
