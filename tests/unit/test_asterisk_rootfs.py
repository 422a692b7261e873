"""An Asterisk is found, or made from the machine's own mirror, or its absence is explained in plain words."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.ids import PhoneId
from runtime.apt_mirror import apt_mirror
from runtime.asterisk_rootfs import AsteriskNotAvailable, find_asterisk
from runtime.pbx_secrets import PbxSecrets
from telephony.asterisk_config.sip_security import digest_of

DEB822 = """\
# comment
Types: deb
URIs: https://packages.example.org/apt
Suites: stable

Types: deb deb-src
Enabled: no
URIs: http://switched-off.example/debian
Suites: bookworm

Types: deb
URIs:
 http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
"""


@pytest.fixture(autouse=True)
def a_bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TSUWAROKU_DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr("runtime.asterisk_rootfs._SERVER_FOLDERS", ())


def install(prefix: Path, answer: str, *, parts: Sequence[str] = ()) -> Path:
    """Lay out an Asterisk that answers with its version, and return the folder it is started from."""
    for part in parts:
        (prefix / part).mkdir(parents=True)
        (prefix / part / "app_stasis_broadcast.so").touch()
    program = prefix / "sbin/asterisk"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    return program.parent


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_the_mirror_is_read_from_the_one_line_form(apt: Path) -> None:
    (apt / "sources.list").write_text(
        "deb-src http://no.example/debian sid main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib\n"
        "deb http://security.example/debian-security bookworm-security main\n"
    )

    assert apt_mirror(apt) == "http://mirror.example/debian"


def test_the_mirror_is_read_from_the_deb822_form(apt: Path) -> None:
    (apt / "sources.list.d" / "debian.sources").write_text(DEB822)

    assert apt_mirror(apt) == "http://mirror.example/debian/"


@pytest.mark.parametrize("text", ["", "deb https://packages.example.org/apt stable main\n", "nonsense\n\x00"])
def test_a_machine_without_a_debian_mirror_has_none(apt: Path, text: str) -> None:
    (apt / "sources.list").write_text(text)

    assert apt_mirror(apt) is None


def test_a_mirror_that_is_given_rules(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSUWAROKU_DEBIAN_MIRROR", "http://hall.example/debian")

    assert apt_mirror(apt) == "http://hall.example/debian"


def test_a_folder_without_asterisk_is_named_in_words(tmp_path: Path) -> None:
    with pytest.raises(AsteriskNotAvailable, match="見つかりません"):
        find_asterisk(tmp_path)


def test_a_machine_without_mmdebstrap_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(AsteriskNotAvailable, match="apt install mmdebstrap"):
        find_asterisk(cache=tmp_path / "cache")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("echo Asterisk 20.6.0~dfsg+~cs6.13.40431414-2", "20.6 で、22.7 より古い"),
        ("echo Asterisk 22.6.1", "22.6 で、22.7 より古い"),
        ("echo Asterisk 22.10.1", "StasisBroadcast か ARI の部品が入っていない"),
        ("exit 1", "版を答えない"),
    ],
)
def test_an_asterisk_of_the_machine_that_will_not_do_is_passed_over_and_named(
    answer: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = install(tmp_path / "usr", answer)
    monkeypatch.setenv("PATH", str(folder))

    with pytest.raises(AsteriskNotAvailable, match="apt install mmdebstrap"):
        find_asterisk(cache=tmp_path / "cache")

    said = capsys.readouterr().out
    assert f"この機械の Asterisk（{folder}/asterisk）は" in said
    assert why in said
    assert "別に用意したものを使います" in said


def test_the_first_asterisk_of_the_machine_that_will_do_is_taken_with_what_came_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = install(
        tmp_path / "old", "echo Asterisk 20.6.0", parts=("lib/asterisk/modules", "share/asterisk/rest-api")
    )
    own = install(
        tmp_path / "own",
        "echo Asterisk 22.10.1",
        parts=("lib/x86_64-linux-gnu/asterisk/modules", "share/asterisk/rest-api"),
    )
    monkeypatch.setenv("PATH", f"{old}:{own}:")

    found = find_asterisk(cache=tmp_path / "cache")

    assert found.argv == (str(own / "asterisk"),)
    assert found.version == (22, 10)
    assert found.modules == tmp_path / "own/lib/x86_64-linux-gnu/asterisk/modules"
    assert found.data == tmp_path / "own/share/asterisk"
    assert found.rootfs is None
    assert not (tmp_path / "cache").exists()


def test_a_program_in_the_folder_one_stands_in_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install(
        tmp_path, f"touch {tmp_path}/run", parts=("lib/asterisk/modules", "share/asterisk/rest-api")
    )
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(AsteriskNotAvailable):
        find_asterisk(cache=tmp_path / "cache")

    assert not (tmp_path / "run").exists()


def test_a_build_that_fails_leaves_nothing_that_looks_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin/mmdebstrap"
    broken.parent.mkdir()
    broken.write_text('#!/bin/sh\nfor last; do :; done\nmkdir -p "$(dirname "$0")/seen"\nexit 25\n')
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:/usr/bin:/bin")
    monkeypatch.setenv("TSUWAROKU_DEBIAN_MIRROR", "http://hall.example/debian")

    with pytest.raises(AsteriskNotAvailable, match="mmdebstrap の記録"):
        find_asterisk(cache=tmp_path / "cache")

    assert (broken.parent / "seen").exists()
    assert [file.name for file in (tmp_path / "cache").iterdir()] == ["asterisk-sid.lock"]


def test_passwords_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    secrets = PbxSecrets(keys=tmp_path / "keys")
    first = secrets.ari_password()

    assert len(first) >= 32
    assert PbxSecrets(keys=tmp_path / "keys").ari_password() == first
    assert secrets.practice_password() != first
    for file in (tmp_path / "keys").rglob("*.password"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list((tmp_path / "keys").rglob(".*"))


def test_a_phones_password_is_seen_once_and_lies_nowhere(tmp_path: Path) -> None:
    secrets = PbxSecrets(keys=tmp_path / "keys")
    before = secrets.phone_digests([PhoneId("hoken1"), PhoneId("renshu1")], [PhoneId("renshu1")])
    shown = secrets.renew_phone(PhoneId("hoken1"))
    after = secrets.phone_digests([PhoneId("hoken1")], [])

    assert after[PhoneId("hoken1")] == digest_of("hoken1", shown) != before[PhoneId("hoken1")]
    assert before[PhoneId("renshu1")] == digest_of("renshu1", secrets.phone_password(PhoneId("renshu1")))
    written = [file for file in (tmp_path / "keys").rglob("*") if file.is_file()]
    assert [file for file in written if shown in file.read_text()] == []
    assert {stat.S_IMODE(file.stat().st_mode) for file in written} == {0o600}


def test_a_password_of_an_earlier_release_goes_on_but_is_no_longer_kept(tmp_path: Path) -> None:
    secrets = PbxSecrets(keys=tmp_path / "keys")
    (tmp_path / "keys/sip").mkdir(parents=True)
    (tmp_path / "keys/sip/phone-hoken1.password").write_text("typed-in-long-ago")

    assert secrets.phone_digests([PhoneId("hoken1")], []) == {
        "hoken1": digest_of("hoken1", "typed-in-long-ago")
    }
    assert [file.name for file in (tmp_path / "keys/sip").iterdir()] == ["phone-hoken1.digest"]


def test_two_starts_at_once_build_one_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = tmp_path / "bin/mmdebstrap"
    builder.parent.mkdir()
    builder.write_text(
        "#!/bin/sh\n"
        f"echo built >> {tmp_path}/log\n"
        f'printf "%s\\n" "$@" > {tmp_path}/asked\n'
        "for last; do tree=$previous; previous=$last; done\n"
        'lib="$tree/usr/lib/aarch64-linux-gnu"\n'
        'mkdir -p "$lib/asterisk/modules"\n'
        "sleep 0.3\n"
        'printf "#!/bin/sh\\necho Asterisk 22.10.1\\n" > "$lib/ld-linux-aarch64.so.1"\n'
        'chmod +x "$lib/ld-linux-aarch64.so.1"\n'
    )
    builder.chmod(0o755)
    monkeypatch.setenv("PATH", f"{builder.parent}:/usr/bin:/bin")
    monkeypatch.setenv("TSUWAROKU_DEBIAN_MIRROR", "http://hall.example/debian")

    with ThreadPoolExecutor(2) as both:
        starts = [both.submit(find_asterisk, cache=tmp_path / "cache") for _ in range(2)]
        found = [start.result() for start in starts]

    assert (tmp_path / "log").read_text().splitlines() == ["built"]
    # A mirror that lags behind is still signed, and a city hall's often does.
    assert '--aptopt=Acquire::Check-Valid-Until "false"' in (tmp_path / "asked").read_text().splitlines()
    assert found[0] == found[1]
    assert found[0].version == (22, 10)
    assert found[0].modules == tmp_path / "cache/asterisk-sid/usr/lib/aarch64-linux-gnu/asterisk/modules"
