"""Brings the whole service up on this machine. What people must know of it is said by ``welcome.py``."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from typer import echo

from core.errors import DomainError
from core.logs import get_log, start_logging
from core.settings import Settings
from runtime.claims import Claims
from runtime.environment import given_places
from runtime.installation import Installation
from runtime.lease_place import clear_place, find_place, place_in_memory
from runtime.placement import PROGRAM, go_public, is_public
from runtime.ports import asterisk_ports, require_free
from runtime.processes import OWN_PROCESSES, plans_of, running_asterisk
from runtime.supervisor import Supervisor
from runtime.wakefulness import Wakefulness
from runtime.welcome import Welcome
from storage.database import DatabaseAway
from storage.migrate import migrate

log = get_log()


class HomeNotReachable(DomainError):
    """データのフォルダーにサービスの利用者が入れません。TSUWAROKU_HOME で別の場所を指定してください。"""

    code = "home-not-reachable"


class HalfRestored(DomainError):
    """写しを戻す途中で止まっています。./tsuwaroku restore をもう一度実行すると、続きから行います。"""

    code = "half-restored"


class NoSuchPart(DomainError):
    """動かせる部品は telephony, worker, speech, live-text, api です。"""

    code = "no-such-part"


def bring_up(
    settings: Settings, *, practice: bool, only: frozenset[str] = frozenset(), quiet: bool = False
) -> None:
    """Set up what is missing, start every part, and look after them until somebody stops us.

    Args:
        settings: from the environment, with absolute places
        practice: place one practice call when everything runs
        only: parts of ours to run on this machine; empty means all of them
        quiet: log into the home's folder of logs, so that the terminal holds words for people alone

    Raises:
        NoSuchPart, HomeNotReachable, HalfRestored, AlreadyRunning: nothing was touched
        PortTaken, ServerDidNotStart: what was started is stopped again
    """
    wanted = only or frozenset(OWN_PROCESSES)
    if not wanted <= frozenset(OWN_PROCESSES):
        raise NoSuchPart
    installation = Installation(settings)
    _require_whole(installation)
    if not installation.home.is_reachable_by_users():
        raise HomeNotReachable
    _claim(installation, wanted)
    if not is_public(PROGRAM):
        echo("このフォルダーはサービスの利用者から読めないため、/opt/tsuwaroku/app に写して起動します。")
        go_public(given_places(settings), settings.home)
    echo("1/4 鍵・フォルダー・交換機を整えています（はじめは数十秒かかります）。")
    installation.home.prepare()
    installation.logs.prepare()
    if quiet:
        start_logging("supervisor", installation.logs.open("supervisor"))
        echo(f"    動作の記録は {installation.logs.path} にあります。")
    installation.prepare()
    if installation.asterisk is not None and running_asterisk(installation) is None:
        require_free(asterisk_ports(settings))

    database = _DatabaseOnce(installation)

    def between(name: str) -> None:
        if name == "postgres":
            database.prepare()

    def each_minute() -> None:
        installation.rotate_logs()
        database.catch_up()

    echo("2/4 起動しています。")
    with _leases_placed(installation, wanted):
        supervisor = Supervisor(
            plans_of(installation, wanted),
            between=between,
            tell=echo,
            each_minute=each_minute,
            each_look=Wakefulness(find_place(installation.home.run)).look,
        )
        if installation.cluster is None:
            database.prepare_if_there()
        supervisor.start_all()
        welcome = Welcome(installation, practice=practice, console="api" in wanted)
        threading.Thread(target=welcome.say, daemon=True).start()
        supervisor.run()


class _DatabaseOnce:
    """Brings the database to the present schema once in a start: as soon as it is there."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._done = False

    def prepare(self) -> None:
        _prepare_database(self._installation)
        self._done = True

    def prepare_if_there(self) -> None:
        """Telephony serves without a database; the very first start does not, for it makes the keys."""
        try:
            self.prepare()
        except DatabaseAway:
            if not self._installation.has_keys:
                raise
            echo("    データベースにまだつながりません。通話と録音を先に始めます。")

    def catch_up(self) -> None:
        if self._done:
            return
        try:
            self.prepare()
        except DomainError as error:
            log.warning("database.not-prepared", code=error.code)


def _claim(installation: Installation, wanted: frozenset[str]) -> None:
    """Make sure that nobody else looks after these parts here.

    Raises:
        AlreadyRunning: somebody does.
    """
    servers = {
        "postgres": installation.cluster is not None,
        "asterisk": installation.settings.asterisk.ari_url is None,
    }
    Claims(installation.home.path).take(wanted | {name for name, own in servers.items() if own})


@contextmanager
def _leases_placed(installation: Installation, wanted: frozenset[str]) -> Generator[None]:
    """Give telephony its place in memory, and take it away when nobody needs it any more."""
    if "telephony" not in wanted:
        yield
        return
    place_in_memory(installation.home.run, installation.users.service)
    try:
        yield
    finally:
        clear_place(installation.home.run)


def _require_whole(installation: Installation) -> None:
    if installation.home.restoring.exists():
        raise HalfRestored


def prepare_only(settings: Settings) -> None:
    """Set up keys, folders, schema and configuration, and start nothing that stays."""
    installation = Installation(settings)
    _require_whole(installation)
    installation.prepare()
    if installation.cluster is None:
        _prepare_database(installation)
        return
    installation.cluster.start()
    try:
        _prepare_database(installation)
    finally:
        installation.cluster.stop()


def _prepare_database(installation: Installation) -> None:
    from runtime.key_ceremony import tell_at_start
    from runtime.wiring import create_keys

    migrate(installation.dsn("owner"))
    fresh = not installation.has_keys
    create_keys(installation)
    installation.hand_over_keys()
    if fresh:
        echo(
            f"    暗号の鍵を {installation.home.keys} に作りました（0600）。必ず写しを別に保管してください。"
        )
    tell_at_start(installation)
