"""Reads and deletes what Asterisk recorded, through ARI, for jobs that run in ordinary threads.

Files leave Asterisk by this way only, so the worker may be another machine. Every wait is limited; the two
ways to fail are those of `ari_errors`. A recording of any length comes as a stream: Asterisk waits for a slow
reader (35 s between two reads were borne), and a file can be opened again from its front.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_errors import AriAway, AriRefused

GONE = 404
CONNECT_AND_READ_SECONDS = 10.0
"""The longest silence of Asterisk that is borne: 115 MB were measured to come in 0.9 s."""

_RECORDING = "recording"
_WAV_ENDS_BEFORE = 2**32


class _NoRedirects(HTTPRedirectHandler):
    """Asterisk redirects nowhere; who does would be shown our password."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


class StoredFile:
    """One file on its way. Its bytes are counted: a connection that ends early is not the end of a file."""

    def __init__(self, answer: HTTPResponse) -> None:
        self._answer = answer
        # Asterisk 22.10 keeps the length in 32 bits with a sign: from 2 GiB on (37 hours) it is negative.
        self.size = int(answer.headers["Content-Length"]) % _WAV_ENDS_BEFORE
        self._left = self.size

    def read(self, length: int) -> bytes:
        """Return the next bytes, fewer only at the end.

        Raises:
            AriAway: Asterisk stopped before the end.
        """
        wanted = min(length, self._left)
        try:
            read = self._answer.read(wanted)
        except (OSError, HTTPException):
            raise AriAway(_RECORDING) from None
        if len(read) != wanted:
            raise AriAway(_RECORDING)
        self._left -= wanted
        return read


class StoredRecordings:
    """Asterisk's recordings and, beside them, its live channels."""

    def __init__(self, url: str, user: str, password: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("ARI speaks HTTP only")
        self._address = AriAddress(url=url, user=user, password=password)
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), _NoRedirects())

    def list(self) -> Sequence[str]:
        """Name every recording in Asterisk's folder, running ones too. A name has no extension."""
        rows = self._json("recordings", "GET", "recordings", "stored")
        return [str(row["name"]) for row in _dicts(rows) if "name" in row]

    def fetch(self, name: str) -> bytes:
        """Return a short recording's whole file.

        Raises:
            AriRefused: status 404, there is no such recording.
            AriAway: Asterisk does not answer.
        """
        return self._act(_RECORDING, "GET", "recordings", "stored", name, "file")

    @contextmanager
    def open(self, name: str) -> Generator[StoredFile]:
        """Open a recording's file at its front.

        Raises:
            AriRefused: status 404, there is no such recording.
            AriAway: Asterisk does not answer.
        """
        with self._ask(_RECORDING, "GET", "recordings", "stored", name, "file") as answer:
            try:
                file = StoredFile(answer)
            except (TypeError, ValueError):
                raise AriAway(_RECORDING) from None
            yield file

    def delete(self, name: str) -> None:
        """Delete a recording's file; one that is gone already is no fault."""
        try:
            self._act("delete-recording", "DELETE", "recordings", "stored", name)
        except AriRefused as refused:
            if refused.status != GONE:
                raise

    def live_channels(self) -> Sequence[str]:
        """Name every channel that is up: a recording of such a call is not finished."""
        rows = self._json("channels", "GET", "channels")
        return [str(row["id"]) for row in _dicts(rows) if "id" in row]

    def server_name(self) -> str:
        """Say which Asterisk this is (``systemname``): what its calls' ids begin with; may be empty."""
        told = self._json("info", "GET", "asterisk", "info", only="config")
        config: object = told.get("config") if isinstance(told, dict) else None
        name: object = config.get("name") if isinstance(config, dict) else None
        return name if isinstance(name, str) else ""

    def variable(self, channel: str, name: str) -> str | None:
        """Read a channel's variable; None when it was never set or the channel is gone."""
        try:
            told = self._json("variable", "GET", "channels", channel, "variable", variable=name)
        except AriRefused as refused:
            if refused.status == GONE:
                return None
            raise
        value = told.get("value") if isinstance(told, dict) else None
        return value if isinstance(value, str) else None

    def set_variable(self, channel: str, name: str, value: str) -> None:
        """Set a channel's variable."""
        self._act("set-variable", "POST", "channels", channel, "variable", variable=name, value=value)

    def _json(self, action: str, method: str, *segments: str, **query: str) -> object:
        try:
            told: object = json.loads(self._act(action, method, *segments, **query))
        except ValueError:
            raise AriAway(action) from None
        return told

    def _act(self, action: str, method: str, *segments: str, **query: str) -> bytes:
        with self._ask(action, method, *segments, **query) as answer:
            try:
                told: bytes = answer.read()
            except (OSError, HTTPException):
                raise AriAway(action) from None
            return told

    def _ask(self, action: str, method: str, *segments: str, **query: str) -> HTTPResponse:
        url = self._address.path(*segments) + ("?" + urlencode(query) if query else "")
        asked = Request(url, method=method, headers=self._address.headers())  # noqa: S310  checked above: HTTP
        try:
            answer: HTTPResponse = self._opener.open(asked, timeout=CONNECT_AND_READ_SECONDS)
        except HTTPError as refused:
            with refused:
                raise AriRefused(refused.code, action) from None
        except (OSError, HTTPException):
            raise AriAway(action) from None
        return answer


def _dicts(told: object) -> list[dict[str, object]]:
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
