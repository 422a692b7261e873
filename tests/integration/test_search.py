"""Search finds exactly what was said and exactly what the asker may see, on a real PostgreSQL."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack
from uuid import uuid4

import pytest

from core.actors import Actor, Role
from core.ids import UtteranceId
from storage.database import Database
from tests.fixtures_transcripts import NOON, Archive, People
from transcription.normalise import normalise, normalised_words
from transcription.search import Hit, NothingToFind, Query, find
from transcription.utterance import UNHEARD, WORDLESS

pytestmark = pytest.mark.real
PHRASES = [
    "国民健康保険の納税通知書が届いたんですけど、",
    "番号なんかどうでもいいだろう。",
    "渡邊と申します。",
    "渡辺様ですね。",
    "マイナンバーカードの更新は",
    "まいなんばーの紙",
    "ＮＨＫの受信料",
    "はい。",
    "ははは、",
    "情報公開請求のお手続き",
    "介護保険課の髙橋です",
    "高橋さんを出せ",
    "１２３番の窓口",
    "30日ほど",
    "お待たせいたしました。",
    "a",
    "税",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noon:
    """A clock that stands a month after the newest call."""

    def now(self) -> datetime:
        return NOON + timedelta(days=30)


class Limits(TypedDict, total=False):
    after: datetime
    before: datetime
    at_most: int


def search(database: Database, actor: Actor, words: str, **more: Unpack[Limits]) -> list[Hit]:
    """Read all pages."""
    hits: list[Hit] = []
    below: UtteranceId | None = None
    while True:
        with database.begin(actor) as connection:
            page = find(connection, Query(words=words, below=below, **more), Noon())
        hits += page.hits
        below = page.more_below
        if below is None:
            return hits


def test_every_answer_is_the_one_a_plain_scan_gives(
    archive: Archive, app_database: Database, person: People
) -> None:
    dice = random.Random(7)  # noqa: S311  invented sentences
    said: list[str] = []
    for _ in range(80):
        started = NOON - timedelta(days=dice.choice((0, 3, 20, 45, 100, 400)), minutes=dice.randrange(60))
        texts = ["".join(dice.choices(PHRASES, k=dice.randint(1, 4))) for _ in range(40)]
        archive.transcribe(archive.record(started_at=started), *texts)
        said += texts
    queries = {
        "a",
        "税",
        "は",
        "ははは",
        "ハハ",
        "渡辺",
        "髙橋さん",
        "nhk",
        "マイナンバー",
        "123番 窓口",
        "30",
        "通知書 は",
        "30日 税 a",
        "ございません",
    }
    for _ in range(60):
        sentence = normalise(dice.choice(said))
        start = dice.randrange(len(sentence))
        queries.add(sentence[start : start + dice.choice((1, 2, 3, 4, 10, 30))])
    supervisor = person(Role.SUPERVISOR)

    for query in sorted(queries):
        words = normalised_words(query)
        expected = sorted(one for one in said if all(word in normalise(one) for word in words))
        hits = search(app_database, supervisor, query)
        assert sorted(hit.text for hit in hits) == expected, query
        assert [hit.utterance for hit in hits] == sorted((hit.utterance for hit in hits), reverse=True)
        assert all(hit.marks for hit in hits)


def test_a_hit_says_where_it_was_said_and_what_to_mark(
    archive: Archive, app_database: Database, person: People
) -> None:
    recording = archive.record(practice=True)
    archive.transcribe(recording, "もしもし", "ﾏｲﾅﾝﾊﾞｰの件ですね")

    (hit,) = search(app_database, person(Role.SUPERVISOR), "マイナンバー")

    assert (hit.recording, hit.track, hit.start, hit.practice) == (recording, "hall", 2.0, True)
    assert hit.spoken_at == NOON + timedelta(seconds=2)
    assert [hit.text[start:end] for start, end in hit.marks] == ["ﾏｲﾅﾝﾊﾞｰ"]


@pytest.mark.parametrize(
    ("role", "department", "whose", "found"),
    [
        (Role.SUPERVISOR, "kokuho", "another's", 1),
        (Role.OPERATOR, "kokuho", "own", 0),
        (Role.OPERATOR, "kokuho", "practised", 1),
        (Role.OPERATOR, "kokuho", "another's", 0),
        (Role.SUPERVISOR, "zeimu", "another's", 0),
        (Role.OPERATOR, "zeimu", "own", 0),
        (Role.ADMINISTRATOR, "kokuho", "another's", 0),
        (Role.ADMINISTRATOR, "kokuho", "own", 0),
    ],
)
class TestRights:
    """A call of the department kokuho, asked for by different people."""

    @pytest.fixture
    def asker(self, person: People, role: Role, department: str) -> Actor:
        return person(role, departments=(department,))

    def test_people_find_only_what_they_may_see(
        self, archive: Archive, app_database: Database, asker: Actor, whose: str, found: int
    ) -> None:
        operator = uuid4() if whose == "another's" else asker.account
        archive.transcribe(archive.record(operator=operator, practice=whose == "practised"), "納税の相談です")

        assert len(search(app_database, asker, "納税")) == found


def test_nobody_in_particular_finds_nothing(archive: Archive, app_database: Database) -> None:
    archive.transcribe(archive.record(), "納税の相談です")

    with app_database.begin() as connection:
        assert find(connection, Query(words="納税"), Noon()).hits == ()


def test_what_is_closed_for_use_or_destroyed_is_not_found(
    archive: Archive, app_database: Database, person: People
) -> None:
    supervisor = person(Role.SUPERVISOR)
    closed = archive.record(usable=False)
    gone = archive.record()
    archive.transcribe(closed, "納税の相談です")
    archive.transcribe(gone, "納税の相談です")
    assert [hit.recording for hit in search(app_database, supervisor, "納税")] == [gone]

    archive.destroy(gone)
    assert search(app_database, supervisor, "納税") == []


def test_only_the_newest_revision_is_found(archive: Archive, app_database: Database, person: People) -> None:
    recording = archive.record()
    archive.transcribe(recording, "農税の相談です")
    archive.transcribe(recording, "納税の相談です")
    supervisor = person(Role.SUPERVISOR)

    assert search(app_database, supervisor, "農税") == []
    assert [hit.text for hit in search(app_database, supervisor, "相談")] == ["納税の相談です"]


def test_our_own_remarks_are_not_what_anybody_said(
    archive: Archive, app_database: Database, person: People
) -> None:
    archive.transcribe(archive.record(), UNHEARD, WORDLESS)

    assert search(app_database, person(Role.SUPERVISOR), "聞き取れません") == []
    assert search(app_database, person(Role.SUPERVISOR), "文字") == []


def test_words_may_stand_in_any_order_but_in_one_utterance(
    archive: Archive, app_database: Database, person: People
) -> None:
    archive.transcribe(archive.record(), "窓口は三番です", "納税は窓口で", "納税です")

    assert [hit.text for hit in search(app_database, person(Role.SUPERVISOR), "窓口　納税")] == [
        "納税は窓口で"
    ]


def test_a_search_can_be_kept_to_a_time(archive: Archive, app_database: Database, person: People) -> None:
    for days in (0, 40, 80):
        archive.transcribe(archive.record(started_at=NOON - timedelta(days=days)), f"納税{days}")
    supervisor = person(Role.SUPERVISOR)

    found = search(
        app_database, supervisor, "納税", after=NOON - timedelta(days=50), before=NOON - timedelta(days=10)
    )

    assert [hit.text for hit in found] == ["納税40"]


def test_pages_neither_miss_nor_repeat_a_hit(
    archive: Archive, app_database: Database, person: People
) -> None:
    for days in range(7):
        archive.transcribe(
            archive.record(started_at=NOON - timedelta(days=days * 20)),
            *(f"納税{place}" for place in range(5)),
        )

    found = search(app_database, person(Role.SUPERVISOR), "納税", at_most=4)

    assert len({hit.utterance for hit in found}) == len(found) == 35


def test_signs_alone_are_answered_in_plain_words(app_database: Database, person: People) -> None:
    with pytest.raises(NothingToFind, match="言葉を入力"):
        search(app_database, person(Role.SUPERVISOR), "、。")


@pytest.mark.parametrize("hostile", ["'", "' | 'a", "a:*", "\\", "税' & '", "%", "_", "税\x00", "a" * 5000])
def test_signs_with_a_meaning_to_the_database_have_none_here(
    archive: Archive, app_database: Database, person: People, hostile: str
) -> None:
    archive.transcribe(archive.record(), "納税の相談です")
    words = normalised_words(hostile)

    try:
        found = search(app_database, person(Role.SUPERVISOR), hostile)
    except NothingToFind:
        assert words == ()
    else:
        assert len(found) == all(word in "納税の相談です" for word in words)


def test_a_call_over_the_end_of_a_month_is_found_in_both(
    archive: Archive, app_database: Database, person: People
) -> None:
    new_years_eve = datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)
    archive.transcribe(archive.record(started_at=new_years_eve), "よいお年を", "あけましておめでとう")

    supervisor = person(Role.SUPERVISOR)
    assert (
        len(search(app_database, supervisor, "お年"))
        == len(search(app_database, supervisor, "おめでとう"))
        == 1
    )
