"""What a notice says: known from the request, or left for a person to write; the Japanese calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profile.disclosure import RequestKind
from disclosure import request_events as on
from disclosure.notices.articles import articles
from disclosure.notices.fields import FIELDS, Addressee, Notice, Typed, day_of, fields_of
from disclosure.notices.kinds import NoticeKind, notice_of
from tests.calendar_of_sakura import HALL
from tests.request_scenes import CHECKED, DECISION, FIRST, PERSON, RECEIVED, agent, day, decided, event, told

HANAKO = Addressee(name="山田 花子", address="さくら市中央1-1")
ASKED = event(on.ThirdPersonAsked, 3, person=PERSON, until=day(14), must=False)
OBJECTS = event(on.ThirdPersonAnswered, 10, person=PERSON, objects=True)
TOLD = event(on.ObjectorTold, 21, person=PERSON)


def said(*events: on.RequestEvent, typed: Typed | None = None, to: Addressee = HANAKO) -> dict[str, str]:
    """Return the fields of the notice about the last of these events."""
    before, after = told(*events[:-1]), told(*events)
    kind = notice_of(events[-1], after.kind)
    assert kind
    return fields_of(
        Notice(
            kind=kind, event=events[-1], before=before, after=after, agency="さくら市長",
            kind_name="個人情報開示", to=to, article=articles().of(kind, after.kind, events[-1]),
            typed=typed or Typed(), today=day(22),
        ),
        HALL,
    )  # fmt: skip


def test_a_decision_is_told_with_its_day_number_reason_and_article() -> None:
    fields = said(*CHECKED, DECISION, typed=Typed(subject="11月2日の録音", carrying_out="写し"))

    assert fields["決定日"] == "令和9年4月21日（水）"
    assert fields["決裁番号"] == "8情第12号"
    assert fields["理由"] == "第78条第1項第2号"
    assert fields["根拠条文"] == "個人情報の保護に関する法律第82条第1項"
    assert (fields["対象"], fields["実施の方法"]) == ("11月2日の録音", "写し")
    assert fields["宛先"] == "山田 花子"


def test_what_nobody_wrote_is_asked_for_and_never_made_up() -> None:
    fields = said(*CHECKED, DECISION)

    assert fields["対象"] == "【何についての請求かを書いてください】"
    assert fields["利用目的"].startswith("【")
    assert all(fields.values())


def test_a_longer_period_says_both_limits_in_words() -> None:
    fields = said(*CHECKED, event(on.Extended, 5, days=30, reason="量が多いため"))

    assert (fields["前の期限"], fields["後の期限"]) == ("令和9年5月1日（土）", "令和9年5月31日（月）")
    assert (fields["延長日数"], fields["理由"]) == ("30日", "量が多いため")


def test_the_special_rule_says_the_limit_of_the_rest() -> None:
    fields = said(*CHECKED, event(on.SplitTold, 5, reason="著しく大量", rest_until=day(200)))

    assert fields["残りの期限"] == day_of(day(200))
    assert fields["根拠条文"].endswith("第84条")


def test_other_letters_say_what_they_are_about() -> None:
    assert said(RECEIVED, event(on.AmendingAsked, 1, what="電話番号"))["補正の内容"] == "電話番号"
    assert said(*CHECKED, event(on.PassedOn, 4, to="県知事"))["移送先"] == "県知事"
    assert said(*CHECKED, ASKED)["意見書の期限"] == "令和9年4月15日（木）"


def test_who_objected_is_told_the_first_day_and_never_the_reason_given_to_the_requester() -> None:
    fields = said(*CHECKED, ASKED, OBJECTS, DECISION, TOLD, typed=Typed(disclosed_for="職員の職務"))

    assert fields["開示する理由"] == "職員の職務"
    assert DECISION.reason not in "".join(fields.values())
    assert fields["開示する日"] == "令和9年5月6日（木）"


@pytest.mark.parametrize(
    ("must", "article"), [(False, "第86条第1項"), (True, "第86条第2項")]
)  # fmt: skip
def test_an_opinion_is_asked_under_its_own_paragraph(must: bool, article: str) -> None:
    asked = event(on.ThirdPersonAsked, 3, person=PERSON, until=day(14), must=must)

    assert said(*CHECKED, asked)["根拠条文"].endswith(article)


def test_an_agent_is_written_to_as_one() -> None:
    by_agent = agent(on.Agent.APPOINTED)
    to = Addressee(name="山田 一郎", address="東町", stands_for="山田 花子")

    fields = said(by_agent, event(on.AmendingAsked, 1, what="委任状"), to=to)

    assert fields["代理の表示"] == "（山田 花子 様の代理人）"


@pytest.mark.parametrize("kind", [RequestKind.PUBLIC, RequestKind.CORRECTION, RequestKind.STOPPING])
def test_where_nobody_read_an_article_a_person_is_asked_for_it(kind: RequestKind) -> None:
    received = agent(None, kind=kind)
    fields = said(received, event(on.AmendingAsked, 1, what="電話番号"))
    named = said(received, event(on.AmendingAsked, 1, what="電話番号"), typed=Typed(basis="条例第5条"))

    assert fields["根拠条文"] == "【この通知の根拠の条文を書いてください】"
    assert named["根拠条文"] == "条例第5条"


@pytest.mark.parametrize("answer", on.Answer)
@pytest.mark.parametrize("kind", RequestKind)
def test_every_answer_of_every_kind_has_a_notice(answer: on.Answer, kind: RequestKind) -> None:
    found = notice_of(decided(20, answer=answer), kind)

    changing = {NoticeKind.GRANTED, NoticeKind.GRANTED_PART, NoticeKind.REFUSED}
    assert found is not None
    assert (found in changing) == (kind in {RequestKind.CORRECTION, RequestKind.STOPPING})


def test_every_article_names_its_version_and_source() -> None:
    assert all(one.version and one.source and one.says for one in articles().all)
    assert {kind for one in articles().all for kind in one.kinds} == {RequestKind.PERSONAL}


@given(st.dates(date(2019, 5, 1), date(2100, 1, 1)))
def test_a_day_reads_back_as_the_day_it_was(written: date) -> None:
    year, rest = day_of(written).removeprefix("令和").split("年")
    month, left = rest.split("月", 1)
    assert date(
        2018 + (1 if year == "元" else int(year)), int(month), int(left.split("日", maxsplit=1)[0])
    ) == written  # fmt: skip


def test_the_first_year_of_an_era_is_written_as_one_does() -> None:
    assert day_of(date(2019, 5, 1)) == "令和元年5月1日（水）"
    assert day_of(date(2019, 4, 30)) == "2019年4月30日（火）"
    assert day_of(FIRST - timedelta(days=1)) == "令和9年3月31日（水）"


def test_every_field_says_what_it_holds() -> None:
    assert all(name and says for name, says in FIELDS.items())
