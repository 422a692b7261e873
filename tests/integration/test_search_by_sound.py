"""What was misspelt is found by its sound: labelled as such, only by who may see it, and nothing twice."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Role
from storage.database import Database
from tests.fixtures_transcripts import NOON, Archive, People
from tests.integration.test_search import PHRASES
from tests.searched_by_sound import search
from transcription import sounds
from transcription.asked import Tier, sounds_of
from transcription.likeness import fewest_edits
from transcription.normalise import normalise, normalised_words
from transcription.reading import the_reader
from transcription.reading_duty import MakeReadings
from transcription.search_choice import Choice
from transcription.utterance import Track

pytestmark = pytest.mark.real
MISHEARD = [
    "濃税通知書が",
    "農税家です",
    "国民健康保健の",
    "特速上が来た",
    "冒言をやめて",
    "ロコーンして",
    "しね",
    "の請求です",
]
QUESTIONS = (
    *(
        "納税通知書",
        "納税課",
        "国民健康保険",
        "督促状",
        "暴言",
        "録音",
        "死ね",
        "納税",
        "税",
        "わたなべ",
        "渡邉",
    ),
    *(
        "マイナンバ",
        "窓口 番号",
        "のうぜい つうち",
        "お待たせ",
        "じょうほうこうかいせーきゅ",
        "たかはしさん",
        "ははは",
    ),
    *("どうでもよくない", "受信料 エヌエイチケイ", "、。", "国民健康健康保険", "ござません", "x"),
)


def scanned(said: list[str], question: str, tier: Tier) -> list[str]:
    """Answer a question as somebody would who reads everything aloud."""
    words, reader = normalised_words(question), the_reader()
    heard = sounds_of(question, reader)
    left = [one for one in said if not all(word in normalise(one) for word in words)]
    if not heard or min(map(len, heard)) < 2:
        return []
    read = [one for one in left if all(sounds.find_in(word, reader.read(one)) for word in heard)]
    if tier is Tier.READ:
        return sorted(read)
    if not any(map(sounds.edits, heard)):
        return []
    return sorted(
        one
        for one in left
        if one not in read
        and all(
            fewest_edits(word, [reader.read(one).sounds])[0] <= sounds.edits(word)
            if sounds.edits(word)
            else sounds.find_in(word, reader.read(one))
            for word in heard
        )
    )


def test_every_answer_by_sound_is_the_one_a_plain_scan_gives(
    archive: Archive, app_database: Database, person: People
) -> None:
    dice = random.Random(3)  # noqa: S311  invented sentences
    said: list[str] = []
    for days in (0, 3, 20, 45, 100, 400):
        for _ in range(3):
            texts = ["".join(dice.choices([*PHRASES, *MISHEARD], k=dice.randint(1, 4))) for _ in range(40)]
            archive.transcribe(archive.record(started_at=NOON - timedelta(days=days)), *texts)
            said += texts
    supervisor = person(Role.SUPERVISOR)
    found = 0

    for question in QUESTIONS:
        if not normalised_words(question):
            continue
        for tier in (Tier.READ, Tier.ALIKE):
            hits = search(app_database, supervisor, question, tier)
            assert sorted(hit.text for hit in hits) == scanned(said, question, tier), (question, tier)
            assert [hit.utterance for hit in hits] == sorted((hit.utterance for hit in hits), reverse=True)
            assert all(hit.tier is tier and hit.marks for hit in hits)
            found += len(hits)
    assert found > 100


def test_a_hit_stands_in_one_tier_and_marks_the_words_that_sounded_so(
    archive: Archive, app_database: Database, person: People
) -> None:
    archive.transcribe(
        archive.record(), "納税課です。", "濃税家から", "はい、農税家で", "ノゼケかな", "のうせいかん"
    )
    supervisor = person(Role.SUPERVISOR)

    marked = {
        tier: [
            [hit.text[start:end] for start, end in hit.marks]
            for hit in reversed(search(app_database, supervisor, "納税課", tier))
        ]
        for tier in Tier
    }

    assert marked[Tier.SPELT] == [["納税課"]]
    assert marked[Tier.READ][:2] == [["濃税家"], ["農税家"]]
    assert ["ノゼケ"] not in marked[Tier.READ]


@pytest.mark.parametrize(
    ("role", "department", "whose", "found"),
    [
        (Role.SUPERVISOR, "kokuho", "another's", 1),
        (Role.OPERATOR, "kokuho", "own", 0),
        (Role.OPERATOR, "kokuho", "practised", 1),
        (Role.OPERATOR, "kokuho", "another's", 0),
        (Role.SUPERVISOR, "zeimu", "another's", 0),
        (Role.OPERATOR, "zeimu", "own", 0),
        (Role.ADMINISTRATOR, "kokuho", "own", 0),
    ],
)
def test_by_sound_too_people_find_only_what_they_may_see(  # noqa: PLR0913, PLR0917  who asks for whose call
    archive: Archive,
    app_database: Database,
    person: People,
    role: Role,
    department: str,
    whose: str,
    found: int,
) -> None:
    asker = person(role, departments=(department,))
    operator = uuid4() if whose == "another's" else asker.account
    archive.transcribe(
        archive.record(operator=operator, practice=whose == "practised"), "濃税通知書です", "国民見好保険の"
    )

    assert len(search(app_database, asker, "納税通知書", Tier.READ)) == found
    assert len(search(app_database, asker, "国民健康保険", Tier.ALIKE)) == found


def test_what_is_closed_or_destroyed_or_rewritten_is_not_heard_any_more(
    archive: Archive, app_database: Database, person: People
) -> None:
    supervisor = person(Role.SUPERVISOR)
    closed, gone, rewritten = archive.record(usable=False), archive.record(), archive.record()
    for one in (closed, gone, rewritten):
        archive.transcribe(one, "濃税通知書です")
    archive.transcribe(rewritten, "違う言葉です")
    assert [hit.recording for hit in search(app_database, supervisor, "納税通知書", Tier.READ)] == [gone]

    archive.destroy(gone)
    assert search(app_database, supervisor, "納税通知書", Tier.READ) == []


def test_readings_that_are_missing_or_old_are_made_anew(
    archive: Archive, worker_database: Database, app_database: Database, person: People
) -> None:
    archive.transcribe(archive.record(), "濃税通知書です", "はい")
    supervisor = person(Role.SUPERVISOR)
    for spoilt in (
        "sounds = NULL, grams = NULL, track = NULL, dictionary = NULL",
        "grams = '', dictionary = 'old'",
    ):
        with worker_database.begin() as connection:
            connection.execute(text(f"UPDATE utterance_tokens SET {spoilt}"))  # noqa: S608  ours
        assert search(app_database, supervisor, "納税通知書", Tier.READ) == []
        assert len(search(app_database, supervisor, "濃税", Tier.SPELT, Choice(track=Track.CALLER))) == 1

        assert MakeReadings(worker_database).run_once() == 2
        assert len(search(app_database, supervisor, "納税通知書", Tier.READ)) == 1
        assert MakeReadings(worker_database).run_once() == 0
