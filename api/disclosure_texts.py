"""What the desk of requests says: kinds, answers, and the form of each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.profile.disclosure import RequestKind
from disclosure.clock import Trouble
from disclosure.request import Stage
from disclosure.request_events import Agent, Answer, Ruling

KINDS: Mapping[RequestKind, str] = {
    RequestKind.PERSONAL: "保有個人情報の開示",
    RequestKind.CORRECTION: "保有個人情報の訂正",
    RequestKind.STOPPING: "保有個人情報の利用停止",
    RequestKind.PUBLIC: "情報公開",
}
AGENTS: Mapping[Agent, str] = {Agent.LEGAL: "法定代理人", Agent.APPOINTED: "任意代理人"}
ANSWERS: Mapping[Answer, str] = {
    Answer.FULL: "全部の開示（認容）",
    Answer.PARTIAL: "部分の開示",
    Answer.NONE: "不開示",
    Answer.ABSENT: "不存在",
    Answer.NOT_SAID: "存否応答拒否",
}
RULINGS: Mapping[Ruling, str] = {
    Ruling.UPHELD: "棄却（決定のまま）",
    Ruling.DISMISSED: "却下",
    Ruling.CHANGED: "認容（決定を改める）",
    Ruling.WITHDRAWN: "取下げ",
}
STAGES: Mapping[Stage, str] = {
    Stage.OPEN: "調べています",
    Stage.DECIDED: "決定しました",
    Stage.DONE: "実施しました",
    Stage.TAKEN_BACK: "取り下げられました",
    Stage.PASSED_ON: "移送しました",
    Stage.CLOSED: "終わりました",
}
TROUBLES: Mapping[Trouble, str] = {
    Trouble.EXTENDED_LATE: "期限のあとに延長を決めたので、期限は延びていません。",
    Trouble.EXTENDED_TOO_LONG: "延長の日数が設定の日数を超えているので、設定の日数までで計算しています。",
    Trouble.SPLIT_LATE: "期限のあとに特例を知らせたので、特例の期限になっていません。",
    Trouble.NO_SPECIAL_RULE: "この種類の請求には、大量の請求の特例が設定にありません。",
}
_YES = {"yes": "はい", "no": "いいえ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a step's form."""

    name: str
    label: str
    kind: str = "text"
    """``text``, ``date``, ``number``, ``choice``, ``thing`` (one of what the request has), ``thing-or-new``,
    ``optional`` (text) or ``check``."""
    hint: str = ""
    choices: Mapping[str, str] | None = None
    things: str = ""
    """Of a ``thing``: which of the request's: ``departments``, ``inquiries``, ``people``, ``objectors`` …"""
    longest: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForm:
    """How a step is called on the page, and what it asks."""

    title: str
    day: str = "その日"
    note: str = ""
    fields: tuple[Field, ...] = ()


def _reason(label: str = "理由") -> Field:
    return Field(name="words", label=label)


def _proceeding(things: str) -> Field:
    return Field(name="thing", label="どれについて", kind="thing", things=things)


STEP_FORMS: Mapping[str, StepForm] = {
    "identity-checked": StepForm(
        title="本人を確かめた",
        day="確かめた日",
        fields=(
            Field(
                name="words", label="確かめた書類", hint="書類の種類だけ。番号は書きません。例：運転免許証"
            ),
        ),
    ),
    "agent-cleared": StepForm(
        title="代理人について確かめた",
        day="確かめた日",
        note="確かめるまで、録音があるかどうかも代理人に答えません。",
        fields=(
            Field(name="yes", label="本人と利益が対立するおそれがある", kind="choice", choices=_YES),
            Field(name="also", label="本人が支援措置を受けている", kind="choice", choices=_YES),
        ),
    ),
    "amending-asked": StepForm(
        title="補正を求めた",
        day="求めた日",
        note="補正されるまで、期限は止まります。",
        fields=(_reason("何を直してもらうか"),),
    ),
    "amending-done": StepForm(title="補正された", day="補正された日"),
    "inquiry-sent": StepForm(
        title="所管課に照会した",
        day="照会した日",
        fields=(Field(name="thing", label="課", kind="thing", things="departments"),),
    ),
    "inquiry-answered": StepForm(
        title="所管課が答えた",
        day="答えた日",
        fields=(
            Field(name="thing", label="どの照会に", kind="thing", things="inquiries"),
            _reason("答えの要点"),
        ),
    ),
    "third-person-asked": StepForm(
        title="第三者に意見を照会した",
        day="照会した日",
        note="名前と送り先は、暗号にして保存します。",
        fields=(
            Field(name="thing", label="どの方に", kind="thing-or-new", things="unasked"),
            Field(name="name", label="新しい方の名前", kind="optional", longest=60),
            Field(name="address", label="新しい方の送り先", kind="optional", longest=200),
            Field(name="until", label="意見書の期限", kind="date"),
            Field(
                name="yes",
                label="照会しなければならない（第86条第2項）",
                kind="choice",
                choices=_YES,
            ),
        ),
    ),
    "third-person-answered": StepForm(
        title="第三者が答えた",
        day="届いた日",
        fields=(
            Field(name="thing", label="だれが", kind="thing", things="people"),
            Field(name="yes", label="開示に反対している", kind="choice", choices=_YES),
        ),
    ),
    "objector-told": StepForm(
        title="反対した第三者に、決定を知らせた",
        day="知らせた日",
        fields=(Field(name="thing", label="だれに", kind="thing", things="objectors"),),
    ),
    "extended": StepForm(
        title="期限を延ばした",
        day="決めた日",
        note="延ばした日数と理由を、すぐに請求した方へ書面で知らせます。",
        fields=(Field(name="days", label="延ばす日数", kind="number"), _reason()),
    ),
    "split-told": StepForm(
        title="大量の請求の特例を知らせた",
        day="知らせた日",
        fields=(Field(name="until", label="残りを決定する日", kind="date"), _reason()),
    ),
    "decided": StepForm(
        title="決定した",
        day="決定の日",
        fields=(
            Field(
                name="choice", label="決定", kind="choice", choices={k.value: v for k, v in ANSWERS.items()}
            ),
            Field(name="filed", label="決裁番号", longest=60),
            Field(name="decider", label="決定した者（職）", hint="例：さくら市長", longest=60),
            Field(name="words", label="理由", hint="全部の開示のほかは、必ず書きます。", kind="reason"),
            Field(name="yes", label="不服の申立てと訴訟ができることを、通知書に書いた（教示）", kind="check"),
        ),
    ),
    "notice-reached": StepForm(title="通知が届いた", day="届いた日"),
    "method-chosen": StepForm(
        title="開示の方法が選ばれた",
        day="申出の日",
        fields=(_reason("方法"),),
    ),
    "carried-out": StepForm(
        title="実施した",
        day="実施した日",
        fields=(
            Field(
                name="words",
                label="方法",
                hint="閲覧、聴取、写しの交付、電磁的記録の交付 など",
                kind="reason",
            ),
            Field(
                name="fee",
                label="受け取った費用（円）",
                hint="条例の定めるとおり。なければ空けておきます。",
                kind="yen",
            ),
        ),
    ),
    "taken-back": StepForm(title="取り下げられた", day="取下げの日"),
    "passed-on": StepForm(title="移送した", day="移送した日", fields=(_reason("移送した先"),)),
    "review-asked": StepForm(title="審査請求があった", day="請求の日"),
    "review-consulted": StepForm(
        title="審査会に諮問した", day="諮問の日", fields=(_proceeding("unconsulted"),)
    ),
    "review-advised": StepForm(title="答申があった", day="答申の日", fields=(_proceeding("unadvised"),)),
    "review-ruled": StepForm(
        title="裁決した",
        day="裁決の日",
        fields=(
            _proceeding("reviews"),
            Field(
                name="choice", label="裁決", kind="choice", choices={k.value: v for k, v in RULINGS.items()}
            ),
            Field(name="filed", label="裁決の番号", longest=60),
        ),
    ),
    "sued": StepForm(title="訴えが起こされた", day="訴えの日"),
    "suit-ended": StepForm(
        title="訴訟が終わった",
        day="確定した日",
        fields=(
            _proceeding("suits"),
            Field(
                name="choice", label="結果", kind="choice", choices={k.value: v for k, v in RULINGS.items()}
            ),
        ),
    ),
    "closed": StepForm(
        title="この請求を終わらせる", day="終わらせる日", note="終わらせると、録音はもう開けません。"
    ),
}
