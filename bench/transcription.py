"""How well, how fast and how honestly calls are written down, beside what a person would try first.

In one run, over labelled calls: the service's own way without and with the city's vocabulary; both tracks
mixed and given to the library (each word to the louder track); each track given to it with its own detector.
``cer`` and ``kana_cer`` are per track, added up over calls; [value, low, high] is a 95 % interval over calls.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.call_scores import CallScore, HeardPhrase, added, heard_phrases, score
from bench.kana import kana, reader_version
from bench.labelled_call import LabelledCall, load_call
from bench.line_sounds import echo_of, on_the_wire
from bench.no_speech import no_speech_clips, one_word_clips
from bench.throughput import measure_throughput
from bench.ways_to_hear import Way, library_model, library_vad_way, mono_way, our_way
from core.profile.loading import load_profile
from transcription.character_errors import comparable
from transcription.engine import Samples
from transcription.interval import interval
from transcription.model_files import ModelFiles
from transcription.utterance import Track
from transcription.whisper import WhisperEngine

ROOT = Path(__file__).parents[1]
DIALOGUES = ROOT / "runtime" / "practice" / "dialogues"
PROFILE = ROOT / "profiles" / "sakura.yaml"
CLIP_TOLERANCE = 0.03
"""Seconds that a clip may begin too late or end too early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    scores: list[CallScore]
    phrases: list[HeardPhrase]


def measure(arguments: list[str]) -> dict[str, object]:
    """Measure all ways over the calls, then sounds without speech, single words, echo, speed and memory."""
    options = ArgumentParser(prog="bench transcription")
    options.add_argument("--calls", type=Path, default=DIALOGUES, help="folder of labelled calls")
    options.add_argument("--only", default="", help="names of calls, comma-separated")
    options.add_argument("--model-dir", type=Path, default=None, help="another model's folder")
    options.add_argument("--workers", type=int, default=2, help="processes that work at the same time")
    options.add_argument("--minutes", type=float, default=5.0, help="of the call that each of them hears")
    options.add_argument("--ways", default="ours,vocabulary,mono,library-vad", help="what is compared")
    chosen = options.parse_args(arguments)
    only = {name for name in chosen.only.split(",") if name}
    calls = [load_call(file) for file in sorted(chosen.calls.glob("*.json")) if not only or file.stem in only]
    vocabulary = load_profile(PROFILE).vocabulary
    with tempfile.TemporaryDirectory() as folder:
        files = ModelFiles(Path(folder), model_dir=chosen.model_dir)
        model = files.verified()
        engine = WhisperEngine(files)
        library = library_model(model.path)
        ways: dict[str, Way] = {
            "ours": our_way(engine, ()),
            "vocabulary": our_way(engine, vocabulary),
            "mono": mono_way(library),
            "library-vad": library_vad_way(library),
        }
        measured = {name: _over(calls, ways[name], name) for name in chosen.ways.split(",")}
        figures: dict[str, object] = {
            "model": model.identity.name,
            "model_sha256": model.identity.sha256,
            "options": dict(engine.options),
            "reading": reader_version(),
            "calls": len(calls),
            "call_seconds": round(sum(call.seconds for call in calls)),
            **{name: _figures(one.scores) for name, one in measured.items()},
        }
        for name in ("ours", "vocabulary"):
            if name in measured:
                figures[f"{name}_each_call"] = _each_call(calls, measured[name].scores)
                figures[f"{name}_times"] = _times(measured[name].phrases)
                if "mono" in measured:
                    figures[f"{name}_cer_under_mono"] = _difference(measured["mono"], measured[name])
        figures |= {
            "honesty": _honesty(our_way(engine, ()), calls),
            "honesty_vocabulary": _honesty(our_way(engine, vocabulary), calls),
        }
        fast = measure_throughput(calls, chosen.minutes, chosen.workers, Path(folder), chosen.model_dir)
    return figures | {
        "workers": chosen.workers,
        "times_real_time": fast.times_real_time,
        "wall_seconds": fast.wall_seconds,
        "worker_peak_memory_mb": fast.peak_memory_mb,
        "worker_cpu_rtf": fast.cpu_rtf,
        "load_at_the_end": round(os.getloadavg()[0], 1),
        "bench_peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _over(calls: Sequence[LabelledCall], way: Way, name: str) -> _Measured:
    scores, phrases = list[CallScore](), list[HeardPhrase]()
    for call in calls:
        print(f"{name}: {call.name}", file=sys.stderr)
        begin = time.process_time()
        heard = way(call)
        scores.append(score(call, heard, kana, time.process_time() - begin))
        phrases += heard_phrases(call, heard)
    return _Measured(scores=scores, phrases=phrases)


_SHARES: dict[str, Callable[[CallScore], float]] = {
    "cer": lambda one: one.errors / one.characters,
    "kana_cer": lambda one: one.kana_errors / one.kana_characters,
    "cpu_rtf": lambda one: one.cpu_seconds / one.seconds,
    "attribution": lambda one: one.right_side / max(1, one.matched),
    "invented_chars": lambda one: one.invented,
    "lost_phrases": lambda one: one.lost,
}


def _figures(scores: Sequence[CallScore]) -> dict[str, list[float]]:
    return {name: _with_interval(scores, share) for name, share in _SHARES.items()}


def _with_interval(scores: Sequence[CallScore], share: Callable[[CallScore], float]) -> list[float]:
    low, high = interval(scores, lambda drawn: share(added(drawn)))
    return [round(figure, 4) for figure in (share(added(scores)), low, high)]


def _difference(mono: _Measured, ours: _Measured) -> list[float]:
    """How many points of CER ours is under the mono way, call by call."""
    pairs = list(zip(mono.scores, ours.scores, strict=True))

    def under(drawn: Sequence[tuple[CallScore, CallScore]]) -> float:
        cer = _SHARES["cer"]
        return cer(added([one for one, _ in drawn])) - cer(added([one for _, one in drawn]))

    return [round(figure, 4) for figure in (under(pairs), *interval(pairs, under))]


def _each_call(calls: Sequence[LabelledCall], scores: Sequence[CallScore]) -> dict[str, dict[str, float]]:
    return {
        call.name: {
            "cer": round(one.errors / one.characters, 3),
            **{
                f"cer_{track}": round(errors / max(1, characters), 3)
                for track, (errors, characters) in one.per_track.items()
            },
            "cpu_rtf": round(one.cpu_seconds / one.seconds, 3),
        }
        for call, one in zip(calls, scores, strict=True)
    }


def _times(phrases: Sequence[HeardPhrase]) -> dict[str, float]:
    """How far words stand from where they were put, and whether a quote's clip holds the whole phrase."""
    starts = [abs(one.heard.start - one.phrase.start) * 1000 for one in phrases]
    ends = [abs(one.heard.end - one.phrase.end) * 1000 for one in phrases]
    whole = [
        one.clip.start <= one.phrase.start + CLIP_TOLERANCE
        and one.clip.end >= one.phrase.end - CLIP_TOLERANCE
        for one in phrases
    ]
    return {
        "phrases": len(phrases),
        "start_median_ms": round(float(np.median(starts))),
        "start_p95_ms": round(float(np.percentile(starts, 95))),
        "end_median_ms": round(float(np.median(ends))),
        "end_p95_ms": round(float(np.percentile(ends, 95))),
        "clips_whole": round(float(np.mean(whole)), 4),
    }


def _honesty(way: Way, calls: Sequence[LabelledCall]) -> dict[str, object]:
    """What is written down where nobody spoke, what is lost of single words, what an echo puts in a mouth."""
    nobody = {name: _written(way, clip) for name, clip in no_speech_clips().items()}
    words = {name: _written(way, clip) for name, clip in one_word_clips().items()}
    echoed = {call.name: _written(way, call.sides[Track.CALLER], echo=True) for call in calls}
    return {
        "no_speech_clips_with_text": {name: text for name, text in nobody.items() if text},
        "no_speech_invented_chars": sum(len(text) for text in nobody.values()),
        "one_words_lost": [name for name, text in words.items() if not text],
        "one_words": words,
        "echo_chars_on_the_hall": sum(len(text) for text in echoed.values()),
    }


def _written(way: Way, sound: Samples, *, echo: bool = False) -> str:
    """What is written down of a sound; with ``echo`` of the hall's track, where nothing but its echo is."""
    back = on_the_wire(echo_of(sound / 32768, level=-12)) if echo else np.zeros_like(sound)
    call = LabelledCall(name="clip", sides={Track.CALLER: sound, Track.HALL: back}, phrases=())
    track = Track.HALL if echo else Track.CALLER
    return comparable("".join(one.word.text for one in way(call) if one.track is track))
