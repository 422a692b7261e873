"""Asks Asterisk to act, over ARI's REST interface: typed, escaped, every wait limited.

There are two ways for an action to fail, `AriRefused` and `AriAway`, and both are ordinary: a caller hangs up
while we act on his call. Whoever calls decides what that means; nothing is repeated in here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_errors import AriAway, AriRefused

ACT_SECONDS = 3.0
"""An action takes 1 to 10 ms. Beyond this Asterisk is taken to be away."""

LIST_SECONDS = 10.0
CONNECT_SECONDS = 1.0

# Asterisk closes an idle connection after 15 s; we let go of it earlier, so that no action is sent into a
# connection that is just being closed.
KEEP_ALIVE_SECONDS = 8.0

Json = Mapping[str, Any]


class AriClient:
    """Asterisk's REST interface, as far as a call needs it.

    Every method raises `AriRefused` when Asterisk says no and `AriAway` when it does not answer in time.
    """

    def __init__(self, address: AriAddress, app: str) -> None:
        self._address = address
        self._session: aiohttp.ClientSession | None = None
        self.app = app

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers=self._address.headers(),
            connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    # Channels --------------------------------------------------------------------------------------------

    async def claim(self, channel: str) -> None:
        """Take a call that was offered to every process. 409, 404: another one was faster, or it is gone."""
        await self._act("claim", "POST", "events", "claim", channelId=channel, application=self.app)

    async def answer(self, channel: str) -> None:
        """Answer a caller's channel."""
        await self._act("answer", "POST", "channels", channel, "answer")

    async def play(self, channel: str, playback: str, media: str) -> None:
        """Start to play; the playback's id is ours, and its end is an event."""
        await self._act("play", "POST", "channels", channel, "play", playback, media=media)

    async def stop_playback(self, playback: str) -> None:
        """Stop a playback."""
        await self._act("stop-playback", "DELETE", "playbacks", playback)

    async def start_music(self, channel: str) -> None:
        """Let a channel hear music on hold; it goes on whatever becomes of us."""
        await self._act("start-music", "POST", "channels", channel, "moh", mohClass="default")

    async def stop_music(self, channel: str) -> None:
        """Let the music end."""
        await self._act("stop-music", "DELETE", "channels", channel, "moh")

    async def tell_transfer(self, channel: str, state: str) -> None:
        """Tell a desk phone how its transfer stands, e.g. ``channel_answered`` or ``channel_declined``."""
        await self._act("transfer-progress", "POST", "channels", channel, "transfer_progress", states=state)

    async def originate(  # noqa: PLR0913  all of it is one order to Asterisk
        self,
        channel: str,
        *,
        endpoint: str,
        app_args: str,
        originator: str | None,
        caller_id: str,
        timeout_seconds: int,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Ring a phone. When it is answered its channel enters our application with ``app_args``."""
        linked: dict[str, Any] = {} if originator is None else {"originator": originator}
        await self._act(
            "originate",
            "POST",
            "channels",
            channel,
            body={"variables": dict(variables or {})},
            endpoint=endpoint,
            app=self.app,
            appArgs=app_args,
            **linked,
            callerId=caller_id,
            timeout=str(timeout_seconds),
        )

    async def hang_up(self, channel: str, reason: str = "normal") -> None:
        """Hang up a channel."""
        await self._act("hang-up", "DELETE", "channels", channel, reason=reason)

    async def return_to_dialplan(self, channel: str, *, context: str, extension: str) -> None:
        """Give a channel back to the dialplan, from priority 1 of an extension on."""
        segments = ("channels", channel, "continue")
        await self._act("continue", "POST", *segments, context=context, extension=extension, priority="1")

    async def snoop(self, channel: str, snoop: str, *, whisper: bool) -> None:
        """Hear both directions of a channel through a channel of its own, which enters our application.

        With ``whisper`` what the snoop is told is heard on that channel's own telephone, and nowhere else.
        """
        await self._act(
            "snoop",
            "POST",
            "channels",
            channel,
            "snoop",
            snoop,
            spy="both",
            whisper="out" if whisper else "none",
            app=self.app,
            appArgs="snoop",
        )

    async def snoop_in(self, channel: str, snoop: str, *, app_args: str) -> None:
        """Hear what comes in from a channel's telephone, and nothing else; nobody hears the snoop."""
        segments = ("channels", channel, "snoop", snoop)
        await self._act("snoop", "POST", *segments, spy="in", whisper="none", app=self.app, appArgs=app_args)

    async def move_here(self, channel: str, app_args: str) -> None:
        """Move a channel from another application into ours; it enters with ``app_args``."""
        await self._act("move", "POST", "channels", channel, "move", app=self.app, appArgs=app_args)

    async def variable(self, channel: str, name: str) -> str | None:
        """Read a channel's variable; None when it was never set."""
        try:
            told = await self._act("variable", "GET", "channels", channel, "variable", variable=name)
        except AriRefused as refused:
            if refused.status == 404:  # noqa: PLR2004  not set and no such channel look the same to Asterisk
                return None
            raise
        value = told.get("value") if isinstance(told, dict) else None
        return value if isinstance(value, str) else None

    async def set_variable(self, channel: str, name: str, value: str) -> None:
        """Set a channel's variable."""
        await self._act("set-variable", "POST", "channels", channel, "variable", variable=name, value=value)

    async def channels(self) -> Sequence[Json]:
        """List every channel Asterisk has."""
        return _rows(await self._act("channels", "GET", "channels", limit=LIST_SECONDS))

    # Bridges ---------------------------------------------------------------------------------------------

    async def create_bridge(self, bridge: str) -> None:
        """Make a mixing bridge under an id of ours; the same one again is no fault."""
        try:
            await self._act("create-bridge", "POST", "bridges", bridge, type="mixing")
        except AriRefused as refused:
            if refused.status != 409:  # noqa: PLR2004  so Asterisk says that it has it (22.10.1)
                raise

    async def add_to_bridge(self, bridge: str, channel: str, *, absorb_dtmf: bool) -> None:
        """Add a channel. With ``absorb_dtmf`` what it dials is told to us and heard by nobody."""
        absorb = "true" if absorb_dtmf else "false"
        await self._act(
            "add-to-bridge", "POST", "bridges", bridge, "addChannel", channel=channel, absorbDTMF=absorb
        )

    async def remove_from_bridge(self, bridge: str, channel: str) -> None:
        """Take a channel out of a bridge."""
        await self._act("remove-from-bridge", "POST", "bridges", bridge, "removeChannel", channel=channel)

    async def destroy_bridge(self, bridge: str) -> None:
        """Destroy a bridge; channels in it stay up."""
        await self._act("destroy-bridge", "DELETE", "bridges", bridge)

    async def play_to_bridge(self, bridge: str, playback: str, media: str) -> None:
        """Start to play to everybody in a bridge; the playback's id is ours, and its end is an event."""
        await self._act("play-to-bridge", "POST", "bridges", bridge, "play", playback, media=media)

    async def bridges(self) -> Sequence[Json]:
        """List every bridge Asterisk has."""
        return _rows(await self._act("bridges", "GET", "bridges", limit=LIST_SECONDS))

    # Applications ----------------------------------------------------------------------------------------

    async def applications(self) -> Sequence[Json]:
        """List the applications, also those whose process is gone while a channel of theirs lives."""
        return _rows(await self._act("applications", "GET", "applications", limit=LIST_SECONDS))

    async def subscribe(self, *sources: str) -> None:
        """Hear the events of ``channel:ID`` or ``bridge:ID``."""
        wanted = ",".join(sources)
        await self._act("subscribe", "POST", "applications", self.app, "subscription", eventSource=wanted)

    async def hear_only(self, kinds: Sequence[str]) -> None:
        """Filter our events: ChannelVarset alone is half of all that Asterisk says of a call."""
        allowed = [{"type": kind} for kind in kinds]
        await self._act(
            "event-filter", "PUT", "applications", self.app, "eventFilter", body={"allowed": allowed}
        )

    async def started_at(self) -> datetime:
        """Tell when this Asterisk was started: what was up before is lost."""
        told = await self._act("info", "GET", "asterisk", "info", only="status")
        status = told.get("status") if isinstance(told, dict) else None
        text = status.get("startup_time") if isinstance(status, dict) else None
        try:
            return datetime.fromisoformat(str(text)).astimezone(UTC)
        except ValueError:
            raise AriAway("info") from None

    async def ping(self) -> None:
        """Ask whether Asterisk answers."""
        await self._act("ping", "GET", "asterisk", "ping")

    # -----------------------------------------------------------------------------------------------------

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the client is used outside its own block")
        return self._session

    async def _act(
        self,
        action: str,
        method: str,
        *segments: str,
        body: Mapping[str, Any] | None = None,
        limit: float = ACT_SECONDS,
        **query: str,
    ) -> object:
        url = self._address.path(*segments)
        within = aiohttp.ClientTimeout(total=limit, connect=CONNECT_SECONDS)
        asked = self._open().request(
            method, url, params=query, json=body, timeout=within, allow_redirects=False
        )
        try:
            async with asked as answer:
                told = await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise AriAway(action) from None
        if status >= 300:  # noqa: PLR2004  anything that is not a success is a refusal
            raise AriRefused(status, action)
        try:
            return json.loads(told) if told else None
        except ValueError:
            raise AriAway(action) from None


def _rows(told: object) -> Sequence[Json]:
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
