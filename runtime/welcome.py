"""Says in the terminal when the console can be opened and how to sign in, and holds the first practice call.

It runs beside the supervisor: whatever fails here is told, and costs nobody a call.
"""

from __future__ import annotations

import sys
import time

from typer import echo

from core.errors import DomainError
from core.logs import get_log
from core.settings import ConsoleSettings
from runtime.error_words import in_words
from runtime.installation import Installation
from runtime.plain_files import write_anew
from runtime.ports import GRACE, console_port
from runtime.processes import console_answers

log = get_log()

_LOOK_SECONDS = 0.2
_PATIENCE_SECONDS = 60.0


def certificate_words(console: ConsoleSettings) -> str:
    """Say with which certificate the console answers: the city's own, or one that was made here."""
    if console.certificate is None:
        return "証明書はこの機械で作ったものです。はじめの警告は「詳細」から進んでください。"
    return f"証明書は、設定で渡されたものを使っています（{console.certificate}）。"


class Welcome:
    """The lines of one start."""

    def __init__(self, installation: Installation, *, practice: bool, console: bool) -> None:
        self._installation = installation
        self._practice = practice
        self._console = console

    def say(self) -> None:
        """Say everything, in its time; ends when there is nothing more to say."""
        try:
            self._say()
        except DomainError as error:
            echo(f"    {in_words(error)} 通話と録音は続いています。")
        except Exception as error:  # noqa: BLE001  the service runs; what is missing is a line in a terminal
            log.error("welcome.failed", code=type(error).__name__)  # noqa: TRY400  no texts
            echo("    画面の案内を表示できませんでした。通話と録音は続いています。")

    def _say(self) -> None:
        opened = not self._console or self._wait_for_console()
        if self._console and opened:
            self._address()
        if self._practice:
            self._practise()
        if not opened:
            while not console_answers(self._installation):
                time.sleep(_LOOK_SECONDS * 10)
            self._address()

    def _wait_for_console(self) -> bool:
        """Wait for the console for a minute, and tell what keeps it; says whether it answers."""
        port = console_port(self._installation.settings)
        begun = time.monotonic()
        while not console_answers(self._installation):
            waited = time.monotonic() - begun
            # Ours listens a moment before it answers; one of ours that is ending still listens for a while.
            if waited > GRACE and not port.is_free() and not console_answers(self._installation):
                echo(f"3/4 画面はまだ開けません。{port.taken}")
                echo("    通話と録音は動いています。ポートが空きしだい、画面を開きます。")
                return False
            if waited > _PATIENCE_SECONDS:
                echo(f"3/4 画面がまだ開けません。記録は {self._installation.logs.of('api')} にあります。")
                echo("    通話と録音は動いています。")
                return False
            time.sleep(_LOOK_SECONDS)
        return True

    def _address(self) -> None:
        from runtime.people import first_people

        console = self._installation.settings.console
        note = self._installation.home.keys / "first-sign-in.txt"
        made = first_people(self._installation)
        if made:
            lines = [f"{one.display_name}\t{one.login}\t{one.password}\n" for one in made]
            write_anew(note, "".join(lines).encode())
            self._installation.hand_over_keys()
        echo("3/4 画面が開けます。")
        echo(f"    アドレス  https://{console.host}:{console.port}/")
        echo(f"    {certificate_words(console)}")
        # Whoever writes our output down would keep the passwords where everybody who reads logs finds them.
        watched = sys.stdout.isatty()
        for one in made if watched else ():
            echo(f"    {one.display_name}: ログイン名 {one.login} / パスワード {one.password}")
        if note.exists() and not (made and watched):
            echo(f"    ログインの方法は {note} にあります。")

    def _practise(self) -> None:
        from runtime.rehearsal import hold_practice_call

        echo("4/4 練習の通話をかけています（約 1 分）。")
        try:
            hold_practice_call(self._installation.settings, scenario="d1", seconds=None)
        except DomainError as error:
            echo(f"    練習の通話はできませんでした: {in_words(error)}")
        echo("止めるときは Ctrl-C を押してください。")
