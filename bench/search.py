"""How fast words are found, and whether exactly those: a made-up archive, asked as the console asks.

Times hold everything between the question and the marked hits, under the rights of a supervisor of two of
twenty departments. Answers are compared with a scan of everything these departments hold.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from bench.archive_of_words import NOW, OWN, SAID, Said, fill
from bench.found_by_sound import found_by_sound
from bench.private_database import private_database
from core.actors import Actor, Role
from core.ids import AccountId, DepartmentId
from storage.database import Database
from transcription import sounds
from transcription.asked import Tier, sounds_of
from transcription.likeness import fewest_edits
from transcription.normalise import normalised_words
from transcription.reading import Reader, the_reader
from transcription.search import Query, find

_HIRAGANA = {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
_EVERYTHING = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Stands at the end of the archive."""

    def now(self) -> datetime:
        """Return the archive's last moment."""
        return NOW


def measure(arguments: list[str]) -> dict[str, object]:
    """Fill an archive and ask it in each tier: words of several lengths, common ones, names, abuse."""
    options = ArgumentParser(prog="bench search")
    options.add_argument("--utterances", type=int, default=1_000_000)
    options.add_argument("--questions", type=int, default=30, help="of each kind")
    options.add_argument("--compared", type=int, default=5, help="questions of each kind held to a scan")
    chosen = options.parse_args(arguments)
    reader = the_reader()
    with private_database() as cluster:
        begin = time.monotonic()
        print(f"filling {chosen.utterances} utterances", file=sys.stderr)
        own = fill(cluster.dsn("owner"), chosen.utterances, reader)
        figures: dict[str, object] = {
            "utterances": chosen.utterances,
            "of_them_in_own_departments": len(own),
            "dictionary": reader.version,
            "filled_seconds": round(time.monotonic() - begin, 1),
            "load_average_before": round(os.getloadavg()[0], 2),
        }
        database = Database(cluster.dsn("app"))
        try:
            questions = _questions(own, chosen.questions)
            for tier, kinds in questions.items():
                for kind, words in kinds.items():
                    figures |= _speed(database, f"{tier}_{kind}", tier, words)
                asked = [word for words in kinds.values() for word in words]
                figures[f"{tier}_p95_ms"] = _share(
                    [_timed(database, Query(words=one, tier=tier)) for one in asked]
                )
            figures |= _compare(database, own, questions, reader, chosen.compared)
        finally:
            database.close()
    return figures | found_by_sound(reader)


def _questions(own: Sequence[Said], count: int) -> dict[Tier, dict[str, list[str]]]:
    dice = random.Random(5)  # noqa: S311  which words are asked for
    spelt: dict[str, list[str]] = {
        "common_word": ["です", "ます", "ください", "お", "の"] * (count // 5),
        "names_and_abuse": dice.choices(SAID, k=count),
    }
    for length in (1, 2, 4, 8):
        spelt[f"{length}_characters"] = [_cut(dice.choice(own).norm, length, dice) for _ in range(count)]
    read: dict[str, list[str]] = {"names_and_abuse": dice.choices(SAID, k=count)}
    alike: dict[str, list[str]] = {"names_and_abuse": dice.choices(SAID, k=count)}
    for length in (2, 4, 8):
        read[f"{length}_sounds"] = [
            _kana(_cut(dice.choice(own).heard.sounds, length, dice)) for _ in range(count)
        ]
    for length in (4, 6, 10):
        alike[f"{length}_sounds"] = [
            _kana(_misheard(_cut(dice.choice(own).heard.sounds, length, dice), dice)) for _ in range(count)
        ]
    return {Tier.SPELT: spelt, Tier.READ: read, Tier.ALIKE: alike}


def _cut(whole: str, length: int, dice: random.Random) -> str:
    at = dice.randrange(max(1, len(whole) - length))
    return whole[at : at + length]


def _misheard(heard: str, dice: random.Random) -> str:
    at = dice.randrange(len(heard))
    return heard[:at] + dice.choice("アカサタナハマヤラワ") + heard[at + 1 :]


def _kana(heard: str) -> str:
    return heard.translate(_HIRAGANA)


def _speed(database: Database, name: str, tier: Tier, words: Sequence[str]) -> dict[str, object]:
    for word in words[:3]:
        _timed(database, Query(words=word, tier=tier))
    times = [_timed(database, Query(words=word, tier=tier)) for word in words]
    return {f"{name}_p50_ms": round(statistics.median(times), 1), f"{name}_p95_ms": _share(times)}


def _share(times: Sequence[float]) -> float:
    return round(sorted(times)[int(len(times) * 0.95) - 1], 1)


def _actor() -> Actor:
    return Actor(
        account=AccountId(uuid4()),
        roles=frozenset({Role.SUPERVISOR}),
        departments=frozenset(DepartmentId(one) for one in OWN),
    )


def _timed(database: Database, query: Query) -> float:
    begin = time.perf_counter()
    with database.begin(_actor()) as connection:
        find(connection, query, Clock())
    return (time.perf_counter() - begin) * 1000


def _compare(
    database: Database,
    own: Sequence[Said],
    questions: dict[Tier, dict[str, list[str]]],
    reader: Reader,
    count: int,
) -> dict[str, object]:
    """Count what the index found and a scan did not, and the other way round."""
    figures: dict[str, object] = {}
    for tier, kinds in questions.items():
        wrong = asked = found = 0
        for words in kinds.values():
            for word in dict.fromkeys(words[:count]):
                expected = _scanned(own, tier, word, reader)
                with database.begin(_actor()) as connection:
                    page = find(connection, Query(words=word, tier=tier, at_most=_EVERYTHING), Clock())
                ids = {int(hit.utterance) for hit in page.hits}
                wrong += len(ids ^ expected)
                found += len(ids)
                asked += 1
        figures |= {
            f"{tier}_questions_compared": asked, f"{tier}_hits_compared": found, f"{tier}_mismatches": wrong,
        }  # fmt: skip
    return figures


def _scanned(own: Sequence[Said], tier: Tier, question: str, reader: Reader) -> set[int]:
    words = normalised_words(question)
    spelt = {one.id for one in own if all(word in one.norm for word in words)}
    if tier is Tier.SPELT:
        return spelt
    heard = sounds_of(question, reader)
    if not heard or min(map(len, heard)) < sounds.SHORTEST:
        return set()
    read = {one.id for one in own if all(sounds.find_in(word, one.heard) for word in heard)}
    if tier is Tier.READ:
        return read - spelt
    near = {one.id for one in own}
    for word in heard:
        if sounds.edits(word):
            apart = fewest_edits(word, [one.heard.sounds for one in own])
            near &= {one.id for one, found in zip(own, apart, strict=True) if found <= sounds.edits(word)}
        else:
            near &= {one.id for one in own if sounds.find_in(word, one.heard)}
    return near - read - spelt if any(map(sounds.edits, heard)) else set()
