"""Whose words are they, and are they meant? Quotation, report, denial, and of whom something is said.

Japanese grammar, no list of insults: the same in every city. All texts are folded (core/profile/phrase.py),
and what is blanked out keeps its place.
"""

from __future__ import annotations

import re

_QUOTED = re.compile("[「『][^」』]*[」』]")
# 「…」って言ってるんだ is said to us all the same; so is 「…」というタイトルも付けといた, by other words.
_SAID_NOW = re.compile("(って|と)(言|い)って(い)?る(んだ|の|だろ|やろ)")
# 殺すって言われた, クズと書かれて, …ってメールが来てる: somebody else's words, from the head of the sentence.
_REPORTED = re.compile(
    "[^。?!]*?(って|と|とか)[^。?!、]{0,8}?"
    "(言われ(?!た(い|く)|ても)|いわれ(?!た(い|く)|ても)|書かれ|呼ばれ|怒鳴られ|どなられ|脅され|おどされ|罵られ|"
    "書いてあ|書いてき|送ってき|送られて|聞かれ|(めーる|手紙|電話|らいん|はがき)が|言ってき)"
)
_DENIED = re.compile(
    "^[^。?!、]{0,4}?(とか|なんて|だなんて|なんか|など|って|と|つもり|わけ|たい|たいと|ような|)"
    "[^。?!]{0,8}?(じゃな(い|く)(?!か|の|です(か)|でしょ|だろ)|じゃね(?!え?(の|か|よ))|ではな(い|く)(?!か)|では?あ?りません(?!か)"
    "|じゃありません(?!か)|つもりは?な|思ったことも?な|思って(い)?(ない|ません)|言いません|言わない|言って(い)?(ない|ません)"
    "|しません|しないから|するわけ|わけな|わけがな|んわ$)"
)
_LISTENER = re.compile(
    "お前|おまえ|おめえ|あんた|あなた|貴様|きさま|てめえ|てめぇ|おどれ|おたく|公務員|職員|役人|"
    "君(?=[はがのもらに])|そっち|そちら(?!の課)"
)
_ONESELF = re.compile(
    "(私|わたし|あたし|わし|俺|おれ|僕|ぼく|おら|わい|うち|自分|こちとら|年取ると|年をとる)(ら|の頭)?(は|が|も|って|、|など|なんか|だって|みたい)?"
)
_OTHERS = re.compile(
    "(息子|娘|夫|主人|旦那|妻|家内|女房|母|父|親|おやじ|おふくろ|ばあ(さん|ちゃん)|じい(さん|ちゃん)|ばさま|孫|弟|兄|姉|妹|"
    "隣|近所|向かい|上の階|大家|管理人|上司|社長|会社|先生|友達|友だち|知り合い|業者|店員|犬|猫|政治家|大臣|首相|議員|"
    "政府|国|県|あいつ|やつ|若い者|子ども|子供|相手|班長|会長)[^。?!、]{0,6}?(は|が|も|って|の|に|から|を)"
)
_CLOSE = 10  # characters between whoever is spoken of and what is said of them
_KIN = re.compile("息子|娘|夫|主人|旦那|妻|家内|女房|母|父|弟|兄|姉|妹|友|子ども|子供|孫|彼|隣|同僚|本人")


def own_words(text: str) -> str:
    """Blank out what is quoted or reported: it is somebody else's."""
    shown = text
    for found in reversed(list(_QUOTED.finditer(text))):
        if not _SAID_NOW.match(text, found.end()):
            shown = shown[: found.start()] + _blank(found[0]) + shown[found.end() :]
    for found in reversed(list(_REPORTED.finditer(shown))):
        shown = shown[: found.start()] + _blank(found[0]) + shown[found.end() :]
    return shown


def of_somebody_near(text: str) -> bool:
    """Say whether somebody near the caller is spoken of."""
    return _KIN.search(text) is not None


def denied(text: str, end: int) -> bool:
    """Say whether what ends here is taken back at once (殺すとかそういう話じゃない)."""
    return _DENIED.match(text[end:]) is not None


def at_listener(text: str, start: int, end: int) -> bool:
    """Say whether something is said of whoever listens: not of the caller, of kin or of others."""
    head = max(text.rfind(stop, 0, start) for stop in "。?!") + 1
    before = text[head:start]
    last_self = max((one.end() for one in _ONESELF.finditer(before)), default=-1)
    last_other = max((one.end() for one in _OTHERS.finditer(before)), default=-1)
    listener = max((one.end() for one in _LISTENER.finditer(before)), default=-1)
    if _LISTENER.search(text[start:end]) or listener >= max(last_self, last_other, 0):
        return True
    spoken_of = max(last_self, last_other)
    return spoken_of < 0 or len(before) - spoken_of > _CLOSE


def _blank(text: str) -> str:
    return "\u3000" * len(text)
