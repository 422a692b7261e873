"""A city with its own Asterisk gets the configuration ours uses, and is told in Japanese what to do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.settings import Settings
from runtime.rendering import FolderNotEmpty, render_for_city


def test_the_folder_holds_configuration_announcements_and_instructions(tmp_path: Path) -> None:
    out = tmp_path / "out"
    render_for_city(Settings(home=tmp_path / "home"), out)
    secret_files = [out / "asterisk/etc" / name for name in ("pjsip.conf", "ari.conf")]

    readme = (out / "README.md").read_text()
    assert "さくら市" in readme
    assert "TSUWAROKU_ASTERISK__SOUNDS=/var/lib/tsuwaroku/asterisk/sounds" in readme
    assert (
        "astspooldir => /var/lib/tsuwaroku/asterisk/spool" in (out / "asterisk/etc/asterisk.conf").read_text()
    )
    assert (out / "asterisk/sounds/rokuon.wav").stat().st_size > 50_000
    assert (out / "asterisk/sounds/hold/hold.wav").stat().st_size > 50_000, "nobody is held in silence"
    assert str(tmp_path) not in "".join(file.read_text() for file in (out / "asterisk/etc").iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in secret_files} == {0o600}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine").write_text("x")

    with pytest.raises(FolderNotEmpty):
        render_for_city(Settings(home=tmp_path / "home"), tmp_path / "out")
