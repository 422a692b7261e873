"""Masters of a release, opened when they are asked for, and that written down once a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.ids import RecordingId
from disclosure.bundle.gathering import Master
from storage.vault import OpenedRecording, Vault
from telephony.sound.flac import unpack_flac


def masters_of(vault: Vault) -> Callable[[RecordingId], Master]:
    """Return what gives the master of a recording, as often as it is asked for."""

    def master_of(recording: RecordingId) -> Master:
        kept: list[OpenedRecording] = []

        def master() -> Iterator[NDArray[np.int16]]:
            if not kept:
                kept.append(vault.open_for_process("derivation", recording, "master", "release"))
            return unpack_flac(kept[0].read, kept[0].size)

        return master

    return master_of
