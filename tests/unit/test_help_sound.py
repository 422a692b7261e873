"""The sound that calls supervisors is the one its script makes: nobody needs to ask whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[2] / "api" / "static" / "help.wav"


@pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Couldn't find ffmpeg:RuntimeWarning")
def test_the_shipped_sound_is_what_its_script_makes() -> None:
    from tools.make_help_sound import help_sound

    assert help_sound() == SHIPPED.read_bytes(), "run: python tools/make_help_sound.py"
