"""Sound with the shape of speech, made from a seed: no voice of anybody, the same on every machine."""

from __future__ import annotations

import numpy as np

from telephony.sound.audio_files import SAMPLE_RATE, Samples


def voice(seed: int, seconds: float, *, level: int = 4000) -> Samples:
    """Syllables of changing pitch and length with short pauses, like a person who talks."""
    dice = np.random.default_rng(seed)
    syllables: list[np.ndarray] = []
    wanted, made = int(seconds * SAMPLE_RATE), 0
    while made < wanted:
        length = int(dice.uniform(0.08, 0.35) * SAMPLE_RATE)
        at = np.arange(length) / SAMPLE_RATE
        pitch = dice.uniform(110, 280) * (1 + dice.uniform(-0.2, 0.2) * at / at[-1])
        overtones = dice.dirichlet(np.ones(12))
        sound = np.zeros(length)
        for number, strength in enumerate(overtones, start=1):
            sound += strength * np.sin(
                2 * np.pi * number * np.cumsum(pitch) / SAMPLE_RATE + dice.uniform(0, 6)
            )
        sound += 0.1 * dice.standard_normal(length)
        syllables.append(sound * np.hanning(length))
        syllables.append(np.zeros(int(dice.choice([0.0, 0.02, 0.15]) * SAMPLE_RATE)))
        made = sum(len(one) for one in syllables)
    whole = np.concatenate(syllables)[:wanted]
    return (whole / np.sqrt(np.mean(whole**2)) * level).clip(-32000, 32000).astype("<i2")


def silence(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(int(seconds * SAMPLE_RATE), dtype="<i2")


def through_mulaw(samples: Samples) -> Samples:
    """What is left of a sound after a telephone line in North America or Japan (G.711 µ-law, 8 bits)."""
    x = samples.astype(np.float64) / 32768
    coded = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256)
    steps = np.round(coded * 127) / 127
    return (
        (np.sign(steps) * (np.power(256, np.abs(steps)) - 1) / 255 * 32768).clip(-32768, 32767).astype("<i2")
    )


def through_alaw(samples: Samples) -> Samples:
    """What is left of a sound after a telephone line elsewhere (G.711 A-law, 8 bits)."""
    x = samples.astype(np.float64) / 32768
    size, base = np.abs(x), 1 + np.log(87.6)
    coded = np.where(size < 1 / 87.6, 87.6 * size, 1 + np.log(np.maximum(87.6 * size, 1e-9))) / base
    steps = np.round(coded * 127) / 127
    back = np.where(steps < 1 / base, steps * base / 87.6, np.exp(steps * base - 1) / 87.6)
    return (np.sign(x) * back * 32768).clip(-32768, 32767).astype("<i2")
