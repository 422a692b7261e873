"""A made-up archive of many calls, in a database of a measurement's own: who said what, how it is read.

Words are drawn so that few are common and many are rare, as in speech. Some are what a recogniser makes of a
word of the town hall. Readings of sentences are joined from those of their words.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from transcription import sounds
from transcription.normalise import index_literal, normalise
from transcription.reading import Reader
from transcription.sounds import Reading

DIALOGUES = Path(__file__).parents[1] / "runtime" / "practice" / "dialogues"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 730
A_CALL = 40  # utterances
DEPARTMENTS = tuple(f"department-{number:02}" for number in range(20))
OWN = DEPARTMENTS[3:5]
_SYLLABLES = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん"
_KANJI = (
    "市民税課国保険料納付書申請届出証明窓口番号年金介護児童手当住所変更水道道路公園図書館学校会議議会情報公開"
)
SAID = (
    *(
        "納税",
        "納税通知書",
        "濃税通知書",
        "納税課",
        "農税家",
        "国民健康保険",
        "国民健康保健",
        "督促状",
        "特速上",
    ),
    *(
        "暴言",
        "冒言",
        "審査の申し出",
        "新佐の申し出",
        "録音",
        "ロコーン",
        "土下座",
        "責任者",
        "訴える",
        "税金泥棒",
    ),
    *("馬鹿", "ばか野郎", "バカ", "死ね", "しね", "殺す", "ころす", "ふざけるな"),
    *("渡辺", "渡邊", "斎藤", "齋藤", "高橋", "髙橋", "佐藤", "長谷川", "東海林", "五十嵐"),
)
_PARTICLES = ("は", "が", "を", "に", "の", "で", "と", "ですね、", "ます。", "ください。")


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance of the archive."""

    id: int
    spoken_at: datetime
    call: UUID
    department: str
    track: str
    start: float
    words: str
    norm: str
    heard: Reading


def fill(dsn: str, count: int, reader: Reader) -> list[Said]:
    """Fill a database; returns what the departments OWN hold of it, in the order of ids."""
    calls = [
        (uuid4(), NOW - timedelta(days=DAYS) * (1 - place / (count / A_CALL)), DEPARTMENTS[place * 7 % 20])
        for place in range((count + A_CALL - 1) // A_CALL)
    ]
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        for month in range(DAYS // 28 + 2):
            cursor.execute(
                "SELECT make_month_partitions(%s)", (NOW - timedelta(days=DAYS) + timedelta(days=28 * month),)
            )
        # An index built at once is the same index, minutes sooner.
        built_last = [
            str(one).replace(" ON ONLY ", " ON ")
            for (one,) in cursor.execute(
                "SELECT pg_get_indexdef(oid) FROM pg_class WHERE relname IN"
                " ('utterance_tokens_gin', 'utterance_tokens_grams')"
            )
        ]
        cursor.execute("DROP INDEX utterance_tokens_gin, utterance_tokens_grams")
        with cursor.copy(
            "COPY recordings (id, subject, department, practice, class, usable, started_at, samples,"
            " sample_rate, samples_sha256, sealed_at, destroy_after) FROM STDIN"
        ) as copy:
            for call, at, department in calls:
                copy.write_row(
                    (call, str(call), department, False, "unflagged", True, at, 8000, 8000, b"", at, at)
                )
    own = _copy(dsn, _spoken(calls, count, reader), reader)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        for index in built_last:
            connection.execute(index.encode())
        connection.execute("VACUUM ANALYZE")  # as the server does by itself within minutes
    return own


def _copy(dsn: str, said: Iterable[Said], reader: Reader) -> list[Said]:
    own: list[Said] = []
    with (
        psycopg.connect(dsn) as one_way,
        psycopg.connect(dsn) as other_way,
        one_way.cursor().copy(
            "COPY utterances (id, spoken_at, revision_id, recording_id, department, track, start_seconds,"
            " end_seconds, text, norm, words, confidence) FROM STDIN"
        ) as utterances,
        other_way.cursor().copy(
            "COPY utterance_tokens (id, spoken_at, recording_id, department, tokens, track, sounds, grams,"
            " dictionary) FROM STDIN"
        ) as indexed,
    ):
        for one in said:
            utterances.write_row(
                (
                    one.id, one.spoken_at, one.call, one.call, one.department, one.track, one.start,
                    one.start + 5, one.words, one.norm, "[]", 0.9,
                )
            )  # fmt: skip
            indexed.write_row(
                (
                    one.id, one.spoken_at, one.call, one.department, index_literal(one.norm), one.track,
                    one.heard.sounds, sounds.index_literal(one.heard, one.department), reader.version,
                )
            )  # fmt: skip
            if one.department in OWN:
                own.append(one)
    return own


def _spoken(calls: Sequence[tuple[UUID, datetime, str]], count: int, reader: Reader) -> Iterator[Said]:
    """Say the same things each time, one after the other: a million of them need not be in memory at once."""
    for place, (words, heard) in enumerate(_sentences(count, reader)):
        call, at, department = calls[place // A_CALL]
        start = place % A_CALL * 6.0
        spoken_at = at + timedelta(seconds=start)
        yield Said(
            int(spoken_at.timestamp() * 1000) << 20 | place & 0xFFFFF, spoken_at, call, department,
            ("caller", "hall")[place % 2], start, words, normalise(words), heard,
        )  # fmt: skip


def _sentences(count: int, reader: Reader) -> Iterator[tuple[str, Reading]]:
    dice = random.Random(11)  # noqa: S311  invented sentences
    invented = [
        "".join(dice.choices(dice.choice((_KANJI, _SYLLABLES)), k=dice.randint(2, 5))) for _ in range(20_000)
    ]
    lexicon = [*(phrase.rstrip("。") for phrase in _phrases()), *SAID, *invented]
    read = {word: reader.read(word) for word in (*lexicon, *_PARTICLES)}
    weights = list(accumulate(1 / rank for rank in range(1, len(lexicon) + 1)))
    for _ in range(count):
        parts: list[str] = []
        for word in dice.choices(lexicon, cum_weights=weights, k=3):
            parts += (word, dice.choice(_PARTICLES))
        yield "".join(parts), _joined([read[part] for part in parts])


def _joined(parts: Sequence[Reading]) -> Reading:
    words: list[int] = []
    at = 0
    for part in parts:
        words += [at + start for start in part.words]
        at += len(part.sounds)
    return Reading(sounds="".join(part.sounds for part in parts), words=tuple(words), places=())


def _phrases() -> list[str]:
    found: list[str] = []
    for path in sorted(DIALOGUES.glob("d?.json")):
        for turn in json.loads(path.read_text("utf-8"))["turns"]:
            found += [phrase["text"] for phrase in turn["phrases"]]
    return found
