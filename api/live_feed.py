"""Hears from PostgreSQL which call changed, and wakes the pages of those who may see that call.

NOTIFY only wakes: it carries an id, and the page fetches what changed under its own rights. After a lost
connection every page is told to look again, because nobody knows what was missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Lock, Thread

import psycopg
from sqlalchemy import TextClause, text

from core.actors import Actor
from core.errors import DomainError
from core.logs import get_log
from storage.alerts import CHANNEL as ALERTS
from storage.boards import CHANNEL as BOARDS
from storage.database import Database
from storage.live_text import CHANNEL as WORDS

log = get_log()
CHANNEL = "tsuwaroku_calls"
_QUEUE = 64
_POLL_SECONDS = 0.5
_RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)


class Listener:
    """One page that waits for news: messages of the shape {topic, id}."""

    def __init__(self, actor: Actor, loop: asyncio.AbstractEventLoop) -> None:
        self.actor = actor
        self.news: asyncio.Queue[dict[str, str]] = asyncio.Queue(maxsize=_QUEUE)
        self._loop = loop

    def tell(self, topic: str, name: str) -> None:
        """Hand a message over from another thread; a page that cannot follow looks at everything."""
        try:
            self._loop.call_soon_threadsafe(self._put, {"topic": topic, "id": name})
        except RuntimeError:  # the loop is closing, and the page with it
            return

    def _put(self, message: dict[str, str]) -> None:
        if self.news.full():
            while not self.news.empty():
                self.news.get_nowait()
            message = {"topic": "everything", "id": ""}
        self.news.put_nowait(message)


class LiveFeed:
    """Listens to the database in a thread of its own, from ``start`` to ``stop``."""

    def __init__(self, database: Database, listen_dsn: str) -> None:
        self._database = database
        self._dsn = listen_dsn
        self._listeners: set[Listener] = set()
        self._lock = Lock()
        self._over = Event()
        self.listening = Event()
        self._thread = Thread(target=self._run, name="live-feed", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop within a second."""
        self._over.set()
        self._thread.join(timeout=2.0)

    @contextmanager
    def listener(self, actor: Actor) -> Generator[Listener]:
        """Keep one page informed for the length of the block."""
        one = Listener(actor, asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(one)
        try:
            yield one
        finally:
            with self._lock:
                self._listeners.discard(one)

    def _run(self) -> None:
        failures = 0
        while not self._over.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {WORDS}")
                    connection.execute(f"LISTEN {ALERTS}")
                    connection.execute(f"LISTEN {BOARDS}")
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.listening.set()
                    self._tell_everybody()
                    failures = 0
                    self._hear(connection)
            except Exception as error:  # noqa: BLE001  without this thread no page would hear of a call again
                self.listening.clear()
                log.warning("live_feed.lost", attempt=failures + 1, code=type(error).__name__)
                self._over.wait(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS) - 1)])
                failures += 1

    def _hear(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._over.is_set():
            for notify in connection.notifies(timeout=_POLL_SECONDS, stop_after=1):
                if notify.channel == WORDS:
                    self._tell_watchers(notify.payload)
                elif notify.channel == ALERTS:
                    self._tell_chosen(_SAW, notify.payload, "alert")
                elif notify.channel == BOARDS:
                    self._tell_chosen(_JUDGES, notify.payload, "board")
                else:
                    self._tell(notify.payload)

    def _tell_everybody(self) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for one in listeners:
            one.tell("everything", "")

    def _tell(self, call: str) -> None:
        with self._lock:
            listeners = list(self._listeners)
        # Who sees a department's calls depends on roles, departments and lines: one question for all who
        # share them. What is kept to a group (閲覧制限) is over, and no page waits for it.
        groups: dict[tuple[frozenset[str], ...], list[Listener]] = {}
        for one in listeners:
            actor = one.actor
            lines = frozenset[str]() if actor.lines is None else actor.lines
            key = (frozenset(actor.roles), actor.departments, actor.standing_in, lines)
            groups.setdefault(key, []).append(one)
        blind: list[Listener] = []
        for members in groups.values():
            if self._sees(members[0].actor, call):
                for one in members:
                    one.tell("call", call)
            else:
                blind += members
        # A call of another department may stand at somebody's own desk: one question for all of them.
        desks = self._at_desk_of(call) if blind else frozenset[str]()
        for one in blind:
            if str(one.actor.account) in desks:
                one.tell("call", call)

    def _tell_watchers(self, call: str) -> None:
        """Words of a call that goes on: news for whoever reads along, and for nobody else."""
        self._tell_chosen(_WATCHERS, call, "words")

    def _tell_chosen(self, whom: TextClause, name: str, topic: str) -> None:
        """Tell the accounts that one question names, and nobody else."""
        with self._lock:
            listeners = list(self._listeners)
        if not listeners:
            return
        try:
            with self._database.begin() as connection:
                chosen = frozenset(map(str, connection.execute(whom, {"id": name}).scalars()))
        except DomainError:
            return  # the page looks by itself every few seconds
        for one in listeners:
            if str(one.actor.account) in chosen:
                one.tell(topic, name)

    def _at_desk_of(self, call: str) -> frozenset[str]:
        try:
            with self._database.begin() as connection:
                return frozenset(map(str, connection.execute(_AT_DESK, {"call": call}).scalars()))
        except DomainError:
            return frozenset()

    def _sees(self, actor: Actor, call: str) -> bool:
        try:
            with self._database.begin(actor) as connection:
                return connection.execute(_VISIBLE, {"call": call}).one_or_none() is not None
        except DomainError:
            return False


# Without what stands at the desk of one of them: that is nobody else's to hear of.
_VISIBLE = text("SELECT 1 FROM calls WHERE id = :call AND department = ANY (rights.departments())")
_WATCHERS = text("SELECT rights.watchers_of(:id)")
_SAW = text("SELECT rights.saw_alert(:id)")
_JUDGES = text("SELECT rights.judges_of(:id)")
_AT_DESK = text("SELECT rights.at_desk_of(:call)")
