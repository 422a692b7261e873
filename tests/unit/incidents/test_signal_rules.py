"""Signals of a call: what the labels of bench/signal_calls say, held by small calls of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profile.loading import load_profile
from core.profile.model import CityProfile
from core.profile.signals import HashigoFigures, LoudFigures, RepeatFigures, SignalContexts, TalkOverFigures
from incidents.signals.danger import danger_sheet
from incidents.signals.facts import CallFacts, Came, ClockKind, EarlierCall, RunClock, Said
from incidents.signals.limits import Limits
from incidents.signals.phrases import Phrases
from incidents.signals.rules import SignalRules, signal_rules
from incidents.signals.signal import Kind
from incidents.signals.words import Words
from transcription.utterance import Track

NOON = datetime(2026, 6, 9, 3, 0, tzinfo=UTC)
FIGURES = Limits(
    deadlock_minutes=15,
    agreed_over_minutes=15,
    alike=0.25,
    explain_minutes=60,
    repeat_department=RepeatFigures(calls=5, minutes=90, days=7),
    repeat_hall=RepeatFigures(calls=6, minutes=120, days=7),
    hashigo=HashigoFigures(departments=3, hours=4),
    loud=LoudFigures(above_db=8, seconds=5),
    talk_over=TalkOverFigures(times=4, minutes=3),
)

NO_WORDS = Words.of(SignalContexts())
BARE = SignalRules(FIGURES, Phrases((), (), NO_WORDS), NO_WORDS)


@pytest.fixture(scope="module")
def profile() -> CityProfile:
    return load_profile(Path("profiles/sakura.yaml"))


@pytest.fixture(scope="module")
def rules(profile: CityProfile) -> SignalRules:
    return signal_rules(profile, FIGURES)


def says(*texts: str, hall: str = "", db: float = 0.0) -> CallFacts:
    greeting = [Said(number=100, side=Track.HALL, start=0.5, end=2.0, text=hall)] if hall else []
    own = [
        Said(number=place, side=Track.CALLER, start=3.0 + 9 * place, end=9.0 + 9 * place, text=text, db=db)
        for place, text in enumerate(texts, start=1)
    ]
    return CallFacts(department="zeimu", when=NOON, seconds=200.0, one_number=True, said=(*greeting, *own))


def before(
    *departments: str,
    came: Came = Came.OWN,
    asked: str = "けやきを切ってください",
    answered: bool = True,
    name: str | None = None,
) -> tuple[EarlierCall, ...]:
    return tuple(
        EarlierCall(
            when=NOON - timedelta(minutes=20 * place),
            department=department,
            came=came,
            minutes=6,
            asked=asked,
            answered=answered,
            name=name,
        )
        for place, department in enumerate(departments, start=1)
    )


def tree(earlier: tuple[EarlierCall, ...], **known: object) -> CallFacts:
    call = says("公園のけやき、いつ切るんですか")
    told = {name: getattr(call, name) for name in ("department", "when", "seconds", "one_number", "said")}
    return CallFacts(**{**told, "earlier": earlier, **known})  # type: ignore[arg-type]


def kinds(rules: SignalRules, call: CallFacts) -> set[Kind]:
    return {one.kind for one in rules.of(call)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("お前は無能だ", Kind.ABUSE),
        ("お前は無能じゃないのか", Kind.ABUSE),
        ("家に火をつけてやるからな", Kind.THREAT),
        ("市長を出せ、お前じゃ話にならん", Kind.AUTHORITY),
        ("うちの事務所まで今すぐ来い", Kind.CALLED_OUT),
        ("交際相手はいるのか", Kind.SEXUAL),
        ("この電話、今生配信してます", Kind.ONLINE),
        ("あんたの携帯の番号を教えなさい", Kind.PRIVATE_CONTACT),
        ("休みの日に対応しろ", Kind.OUTSIDE_HOURS),
        ("もう死ぬしかないかなと思って", Kind.LIFE),
        ("息子が死にたいって言って部屋から出ないんです", Kind.LIFE),
        ("五時に待ってろ、殺してやる", Kind.DANGER),
        ("三階にばくだんしかけた", Kind.DANGER),
    ],
)
def test_words_of_the_citys_list_are_found(rules: SignalRules, text: str, kind: Kind) -> None:
    assert kind in kinds(rules, says(text))


@pytest.mark.parametrize(
    "text",
    [
        "班長さんから「お前はクズだ」って言われたんです",
        "隣の人にバカは黙ってろと言われました",
        "私ばかだから、こんな簡単なこともわからなくて",
        "紙くずと木くずは一緒に出せますか",
        "どんだけ無能な役所なんだって思いますよ",
        "人をばかにした話ですよね",
        "殺すとかそういう話じゃないんです",
        "別れた夫から殺すぞってメールが来てるんです",
        "後で問題にするから覚えておけ、議会でもどこでも出してもらうからな",
        "裁判も新聞社も考えてます",
        "言った言わないになるから、今から俺も録音させてもらうぞ",
        "不発弾の爆弾処理は何時に終わりますか",
        "死ぬほど忙しいんだけど",
        "自殺を防ぐ講座はまだ空いてますか",
        "死亡届のことで",
        "市のSNSに祭りの写真を上げてもらえませんか",
        "課長さんとお話しできますか",
        "壁のかびがひどいので、うちに見に来てもらえませんか",
        "土曜日って開いてますか",
        "市の公式LINEからも連絡できますか",
    ],
)
def test_what_everybody_may_say_is_no_signal(rules: SignalRules, text: str) -> None:
    assert kinds(rules, says(text)) == set()


def test_words_of_the_hall_are_no_signal(rules: SignalRules) -> None:
    assert (
        kinds(rules, says("はい、そう書きました", hall="「無能」と言われたのですね。お前はクズだ、とも。"))
        == set()
    )


def test_self_harm_is_never_harassment(rules: SignalRules) -> None:
    assert kinds(rules, says("役所の前で死んでやる。死んでやるからな")) == {Kind.LIFE}


def test_a_superior_is_rightly_asked_for_after_our_own_fault(rules: SignalRules) -> None:
    angry = "責任者を出せ"

    assert Kind.AUTHORITY in kinds(rules, says(angry))
    assert kinds(rules, says(angry, hall="当方の誤りでございます。")) == set()


def test_what_we_offered_is_no_demand(rules: SignalRules) -> None:
    wanted = "今夜七時に電話してくれ"

    assert Kind.OUTSIDE_HOURS in kinds(rules, says(wanted))
    assert kinds(rules, says(wanted, hall="夜にこちらからお電話いたしましょうか。")) == set()


def test_loud_is_who_was_not_asked_to_speak_up(rules: SignalRules) -> None:
    told = "住民票の件だと言ってるでしょう"

    assert kinds(rules, says(told, db=10)) == {Kind.LOUDNESS}
    assert kinds(rules, says(told, db=10, hall="お電話が少し遠いようです。")) == set()
    assert kinds(rules, says("店の前で水が吹き出してます", db=14)) == set()


def test_calls_of_own_accord_repeat(rules: SignalRules) -> None:
    assert Kind.REPEAT_DEPARTMENT in kinds(rules, tree(before("zeimu", "zeimu", "zeimu", "zeimu")))
    assert kinds(rules, tree(before("zeimu", "zeimu", "zeimu"))) == set()


def test_one_demand_from_department_to_department_is_hashigo(rules: SignalRules) -> None:
    found = {one.kind: one for one in rules.of(tree(before("doro", "kankyo")))}

    assert set(found) == {Kind.HASHIGO}
    assert found[Kind.HASHIGO].value == {"departments": 3, "calls": 3}


@pytest.mark.parametrize("came", [one for one in Came if not one.counts])
def test_calls_that_the_hall_brought_about_never_count(rules: SignalRules, came: Came) -> None:
    everywhere = ("doro", "kankyo", "zeimu", "zeimu", "zeimu", "zeimu", "zeimu")

    assert kinds(rules, tree(before(*everywhere, came=came))) == set()
    assert kinds(rules, tree(before(*everywhere), came=came)) == set()


def test_nobody_is_one_person_without_a_number_or_among_several(rules: SignalRules) -> None:
    many = before("doro", "kankyo", "zeimu", "zeimu", "zeimu", "zeimu")

    assert kinds(rules, tree(many, one_number=False)) == set()
    assert kinds(rules, tree(many, shared=True)) == set()
    assert kinds(rules, tree(before("doro", "kankyo", name="原"), shared=True, name="大西")) == set()


def test_other_matters_and_unanswered_calls_do_not_count(rules: SignalRules) -> None:
    assert kinds(rules, tree(before(*["zeimu"] * 6, asked="国民健康保険証の再発行"))) == set()
    assert kinds(rules, tree(before(*["zeimu"] * 6, answered=False))) == set()


def test_a_city_that_names_no_figures_has_no_such_signal(profile: CityProfile) -> None:
    silent = signal_rules(profile, Limits(deadlock_minutes=15, agreed_over_minutes=15, alike=0.25))

    assert kinds(silent, tree(before(*["zeimu"] * 50))) == set()


@given(held=st.integers(0, 3600), talked=st.integers(1, 3599))
def test_what_we_let_the_caller_wait_is_not_their_time(held: int, talked: int) -> None:
    call = CallFacts(
        department="zeimu", when=NOON, seconds=float(held + talked), one_number=True,
        held=((0.0, float(held)),) if held else (),
    )  # fmt: skip

    assert kinds(BARE, call) == set()


def test_a_clock_that_ran_on_asks_people(rules: SignalRules) -> None:
    def ran(kind: ClockKind, seconds: float, minutes: int | None = None) -> set[Kind]:
        clock = RunClock(kind=kind, started=10.0, stopped=10.0 + seconds, minutes=minutes)
        return kinds(
            rules,
            CallFacts(department="zeimu", when=NOON, seconds=3500.0, one_number=True, clocks=(clock,)),
        )

    assert ran(ClockKind.DEADLOCK, 900.0) == set()
    assert ran(ClockKind.DEADLOCK, 901.0) == {Kind.DEADLOCK}
    assert ran(ClockKind.AGREED, 45 * 60.0, 30) == set()
    assert ran(ClockKind.AGREED, 45 * 60.0 + 1, 30) == {Kind.AGREED_TIME}


def test_speaking_into_our_words_again_and_again(rules: SignalRules) -> None:
    def talk(seconds: float, times: int) -> CallFacts:
        said: list[Said] = []
        for place in range(times):
            begin = 10.0 * place
            said.append(Said(number=2 * place, side=Track.HALL, start=begin, end=begin + 5, text="ご説明は"))
            said.append(
                Said(
                    number=2 * place + 1, side=Track.CALLER, start=begin + 3, end=begin + 3 + seconds,
                    text="それは聞きました",
                )
            )  # fmt: skip
        return CallFacts(department="zeimu", when=NOON, seconds=90.0, one_number=True, said=tuple(said))

    assert kinds(rules, talk(3.0, 4)) == {Kind.TALK_OVER}
    assert kinds(rules, talk(3.0, 3)) == set()
    assert kinds(rules, talk(0.4, 8)) == set()


def test_the_110_sheet_has_the_exact_words_and_no_judgement(rules: SignalRules) -> None:
    call = says("少し待て", "殺してやる、覚悟しとけよ")

    sheet = danger_sheet(call, rules.of(call), heard_by="hoken1", number_class="withheld")

    assert sheet is not None
    assert sheet.words == ("殺してやる、覚悟しとけよ",)
    assert (sheet.at, sheet.number_class, sheet.heard_by) == (
        NOON + timedelta(seconds=21), "withheld", "hoken1",
    )  # fmt: skip
    assert danger_sheet(says("こんにちは"), (), heard_by=None, number_class="number") is None
