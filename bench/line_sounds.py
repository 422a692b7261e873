"""Sounds of a telephone line that are not speech, made from seeds: the same on every machine.

All are mono, 8 kHz, floating point with 1.0 as full scale; ``on_the_wire`` makes of them what G.711 leaves.
Levels are the RMS in dBFS (0 dBFS: a square wave at full scale).
"""

from __future__ import annotations

from io import BytesIO
from typing import Literal, cast

import numpy as np
import soundfile
from numpy.typing import NDArray

from transcription.engine import SAMPLE_RATE, Samples

Sound = NDArray[np.float64]

_BAND = (300, 3400)
"""Hz that a telephone line lets through."""
_FRAME = 160  # 20 ms, a packet
_DTMF = {
    key: (low, high)
    for low, keys in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
    for high, key in zip((1209, 1336, 1477, 1633), keys, strict=True)
}


def silence(seconds: float) -> Sound:
    """Digital silence."""
    return np.zeros(round(seconds * SAMPLE_RATE))


def at_level(sound: Sound, level: float) -> Sound:
    """Bring a sound to a level in dBFS."""
    rms = float(np.sqrt(np.mean(sound**2)))
    return sound * (10 ** (level / 20) / rms) if rms else sound


def white(seed: int, seconds: float, level: float) -> Sound:
    """Noise with the same power at every frequency."""
    return at_level(np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE)), level)


def pink(seed: int, seconds: float, level: float) -> Sound:
    """Noise whose power falls with the frequency, as in rooms and streets."""
    spectrum = np.fft.rfft(white(seed, seconds, -20))
    return at_level(np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1))), level)


def hum(seconds: float, level: float, overtones: int = 8) -> Sound:
    """Mains hum of 50 Hz with its overtones."""
    at = _times(seconds)
    parts = [np.sin(2 * np.pi * 50 * number * at) / number for number in range(1, overtones + 1)]
    return at_level(np.sum(parts, axis=0), level)


def tones(frequencies: tuple[float, ...], seconds: float, level: float) -> Sound:
    """Steady tones together."""
    at = _times(seconds)
    return at_level(np.sum([np.sin(2 * np.pi * one * at) for one in frequencies], axis=0), level)


def dial_tone(seconds: float, level: float = -20) -> Sound:
    """発信音: 400 Hz."""
    return tones((400,), seconds, level)


def ring_back(seconds: float, level: float = -20) -> Sound:
    """呼出音: 400 Hz shaken at 16 Hz, one second on and two off."""
    at = _times(seconds)
    shaken = np.sin(2 * np.pi * 400 * at) * (1 + 0.8 * np.sin(2 * np.pi * 16 * at))
    return _in_turns(at_level(shaken, level), on=1.0, off=2.0)


def busy_tone(seconds: float, level: float = -20) -> Sound:
    """話中音: 400 Hz, half a second on and half off."""
    return _in_turns(tones((400,), seconds, level), on=0.5, off=0.5)


def keys(pressed: str, seconds: float, level: float = -15) -> Sound:
    """Keys of a telephone pressed one after the other, 0.1 s each, 0.3 s apart."""
    whole = silence(seconds)
    for place, key in enumerate(pressed):
        begin = round((0.5 + 0.4 * place) * SAMPLE_RATE)
        pair = tones(_DTMF[key], 0.1, level)
        whole[begin : begin + len(pair)] = pair[: max(0, len(whole) - begin)]
    return whole


def hold_music(seed: int, seconds: float, level: float = -22) -> Sound:
    """A melody of plucked notes over long chords, as a music box or a synthesiser plays it."""
    dice = np.random.default_rng(seed)
    whole = silence(seconds)
    scale = 440 * 2 ** (np.array([-9, -7, -5, -4, -2, 0, 2, 3, 5, 7]) / 12)
    begin = 0
    while begin < len(whole):
        length = int(dice.choice([0.25, 0.5, 1.0]) * SAMPLE_RATE)
        note, chord = dice.choice(scale), dice.choice(scale[:5]) / 2
        at = np.arange(length) / SAMPLE_RATE
        melody = sum(np.sin(2 * np.pi * note * n * at) / n for n in range(1, 5)) * np.exp(-2.5 * at)
        ground = sum(np.sin(2 * np.pi * chord * ratio * at) for ratio in (1, 1.25, 1.5)) / 4
        piece = (melody + ground)[: len(whole) - begin]
        whole[begin : begin + len(piece)] = piece
        begin += length
    return at_level(whole, level)


def clicks(seed: int, seconds: float, peak: float = 0.5) -> Sound:
    """Short crackles of a bad contact, about two a second."""
    dice = np.random.default_rng(seed)
    whole = silence(seconds)
    for place in dice.integers(0, len(whole) - 40, round(2 * seconds)):
        whole[place : place + 40] += peak * dice.standard_normal(40) * np.exp(-np.arange(40) / 8)
    return whole


def echo_of(sound: Sound, *, level: float, delay: float = 0.045) -> Sound:
    """What a desk phone sends back of the other side: later by ``delay`` seconds, ``level`` dB against it."""
    later = round(delay * SAMPLE_RATE)
    back = np.concatenate([np.zeros(later), sound])[: len(sound)]
    return band(back) * 10 ** (level / 20)


def band(sound: Sound) -> Sound:
    """Leave what a telephone line lets through."""
    spectrum = np.fft.rfft(sound)
    frequency = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    spectrum[(frequency < _BAND[0]) | (frequency > _BAND[1])] = 0
    return np.fft.irfft(spectrum, len(sound))


def with_loss(sound: Sound, seed: int, share: float) -> Sound:
    """Lose a share (0..1) of the packets, in bursts of three on average; silence stands in their place."""
    dice, lossy, lost = np.random.default_rng(seed), sound.copy(), False
    for begin in range(0, len(sound), _FRAME):
        lost = bool(dice.random() < (2 / 3 if lost else share / 3 / max(1e-9, 1 - share)))
        if lost:
            lossy[begin : begin + _FRAME] = 0
    return lossy


def on_the_wire(sound: Sound, law: Literal["ALAW", "ULAW"] = "ALAW") -> Samples:
    """What is left of a sound after G.711."""
    file = BytesIO()
    whole = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    soundfile.write(file, whole, SAMPLE_RATE, format="WAV", subtype=law)
    return cast("Samples", soundfile.read(BytesIO(file.getvalue()), dtype="int16")[0])


def _times(seconds: float) -> Sound:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _in_turns(sound: Sound, *, on: float, off: float) -> Sound:
    return np.where(np.arange(len(sound)) / SAMPLE_RATE % (on + off) < on, sound, 0.0)
