"""Signed heads of the access log, kept away from this machine: what a chain alone cannot show, they do.

A head says how many knocks were chained at a moment and the hash of the last one, signed with Ed25519. It is
written once and never over another one, every few minutes, to a folder of another machine or to a bucket
whose objects cannot be deleted for a time. Who later cuts the log's end off, or makes all of it anew, cannot
make it agree with heads that they cannot reach. What was written since the last head is not covered yet.

    {"at": "2026-11-22T01:02:03.000004+00:00", "hash": hex, "instance": "city", "key": hex, "seq": 1234,
     "signature": hex, "what": "tsuwaroku access log head v1"}

The signature is over the same JSON without ``signature``: keys sorted, no spaces, UTF-8. ``key`` is the
public one, so that anybody can check a head with any Ed25519 (RFC 8032) program; whether it is the city's,
people see by what ``tsuwaroku audit key`` told them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import text

from core.errors import DomainError
from storage.alarms import raise_alarm
from storage.chain_proof import ChainFault
from storage.database import Database
from storage.destruction_list import FOLDER as DESTRUCTIONS
from storage.keys import KeyProvider
from storage.objects import ListedObject, ObjectMissing, ObjectStore, ObjectStoreFailed
from storage.sender import Sender

WHAT = "tsuwaroku access log head v1"

_STILL_ALIVE = timedelta(hours=1)  # a head is sent this often though nobody knocked
_EVERY_HEAD_OF = timedelta(days=7)
_LONGEST_HEAD = 4096  # bytes
_HEAD = text("SELECT seq, hash FROM access_chain ORDER BY seq DESC LIMIT 1")
_AT = text("SELECT seq, hash FROM access_chain WHERE seq = ANY(:places)")


class HeadNotOurs(DomainError):
    """This is no head of the access log, or somebody else signed it."""

    code = "head-not-ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far the access log was chained at a moment."""

    instance: str
    seq: int
    hash: bytes
    at: datetime


def signing_key(keys: KeyProvider) -> Ed25519PrivateKey:
    """Derive the key that signs heads, so that it needs no file of its own and cannot be lost alone.

    Raises:
        KeysAway, KeysMissing, KeysUnusable
    """
    seed = HKDFExpand(SHA256(), 32, b"tsuwaroku access log heads").derive(keys.secret("number-hash"))
    return Ed25519PrivateKey.from_private_bytes(seed)


def signed(head: Head, key: Ed25519PrivateKey) -> bytes:
    """Write a head and its signature as bytes."""
    body = {
        "at": head.at.astimezone(UTC).isoformat(timespec="microseconds"), "hash": head.hash.hex(),
        "instance": head.instance, "key": key.public_key().public_bytes_raw().hex(), "seq": head.seq,
        "what": WHAT,
    }  # fmt: skip
    return _canonical({**body, "signature": key.sign(_canonical(body)).hex()}) + b"\n"


def opened(data: bytes, key: Ed25519PublicKey) -> Head:
    """Read a head that this key signed.

    Raises:
        HeadNotOurs
    """
    try:
        body = json.loads(data)
        signature = bytes.fromhex(body.pop("signature"))
        key.verify(signature, _canonical(body))
        if body["what"] != WHAT:
            raise HeadNotOurs
        return Head(
            instance=str(body["instance"]), seq=int(body["seq"]), hash=bytes.fromhex(body["hash"]),
            at=datetime.fromisoformat(body["at"]),
        )  # fmt: skip
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise HeadNotOurs from None


class HeadKeeper:
    """Sends heads away. Run it every few minutes, in one process of ours."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._sent: Head | None = None
        self._looked = False

    def run_once(self) -> bool:
        """Sign the present head and send it, if there is a new one; say whether one was sent.

        Before that, what was sent last, also by the process before this one, is compared with the chain as it
        is now: a log that was made anew raises an alarm within minutes. A place that is away raises one too;
        the next head covers this one.

        Raises:
            DatabaseAway
        """
        now = self._sender.clock.now()
        if not self._looked:
            self._sent = self._kept_last(now)
        with self._sender.database.begin() as connection:
            row = connection.execute(_HEAD).one_or_none()
            if self._sent is not None and _faults(
                connection.execute(_AT, {"places": [self._sent.seq]}).all(), row, [self._sent]
            ):
                raise_alarm(connection, "access-chain-broken")
        if row is None:
            return False
        head = Head(instance=self._sender.instance, seq=int(row[0]), hash=bytes(row[1]), at=now)
        last = self._sent
        if (
            last is not None
            and (last.seq, last.hash) == (head.seq, head.hash)
            and now - last.at < _STILL_ALIVE
        ):
            return False
        if not self._sender.send_note(name_of(head), signed(head, self._sender.key), code="head-not-sent"):
            return False
        self._sent = head
        return True

    def _kept_last(self, now: datetime) -> Head | None:
        """Return the newest head of ours, of this month or the last: a start of ours must hide nothing."""
        today = now.astimezone(UTC)
        key, instance = self._sender.key.public_key(), self._sender.instance
        try:
            place = self._sender.place()
            names = [
                one
                for month in (today, today - timedelta(days=today.day))
                for one in place.list(f"{month:%Y/%m}")
            ]
            newest_first = sorted(names, key=lambda listed: listed.key, reverse=True)
            heads = (_kept(place, one, key) for one in newest_first)
            found = next((one for one in heads if one is not None and one.instance == instance), None)
        except ObjectStoreFailed:
            return None  # that the place is away is told when a head is sent; then it is looked at again
        self._looked = True
        return found


def compare_with_heads(
    database: Database, place: ObjectStore, key: Ed25519PublicKey, instance: str, now: datetime
) -> tuple[int, tuple[ChainFault, ...]]:
    """Compare the chain with the heads that were kept: all of the last week, one a day before that.

    Returns:
        how many heads agree, and what the others show: ``end-cut-off`` (the chain is shorter than it was),
        ``chain-rewritten`` (another hash stands where this one stood), ``head-not-ours`` (not signed by us)

    Raises:
        DatabaseAway, ObjectStoreFailed
    """
    heads: list[Head] = []
    faults: list[ChainFault] = []
    for one in _worth_reading(list(place.list()), now):
        head = _kept(place, one, key)
        if head is None:
            faults.append(ChainFault(code="head-not-ours"))
        elif head.instance == instance:
            heads.append(head)
    with database.begin() as connection:
        newest = connection.execute(_HEAD).one_or_none()
        found = connection.execute(_AT, {"places": [head.seq for head in heads]}).all()
    shown = _faults(found, newest, heads)
    return len(heads) - len(shown), (*shown, *faults)


def _faults(
    found: Sequence[tuple[int, bytes]], newest: tuple[int, bytes] | None, heads: Sequence[Head]
) -> list[ChainFault]:
    hashes = {int(seq): bytes(its_hash) for seq, its_hash in found}
    end = int(newest[0]) if newest is not None else 0
    faults: list[ChainFault] = []
    for head in heads:
        if head.seq > end:
            faults.append(ChainFault(code="end-cut-off", seq=head.seq))
        elif hashes.get(head.seq) != head.hash:
            faults.append(ChainFault(code="chain-rewritten", seq=head.seq))
    return faults


def _kept(place: ObjectStore, one: ListedObject, key: Ed25519PublicKey) -> Head | None:
    """Read a head that was kept; None if it is none of ours, or lies under a name that is not its own.

    By names it is chosen which heads are read: an old one under a newer name would hide the one of then.
    """
    try:
        size = min(one.size, _LONGEST_HEAD)
        head = opened(place.get_range(one.key, 0, size), key) if size else None
    except (HeadNotOurs, ObjectMissing):
        return None
    return head if head is not None and name_of(head) == one.key else None


def _worth_reading(listed: Sequence[ListedObject], now: datetime) -> Iterator[ListedObject]:
    """Choose: a head speaks for everything before it, so of days long past one is enough."""
    since = f"{(now - _EVERY_HEAD_OF).astimezone(UTC):%Y/%m/%d}"
    last_of: dict[str, ListedObject] = {}
    for one in sorted(listed, key=lambda listed: listed.key):
        if one.key.startswith(DESTRUCTIONS):
            continue  # lies beside the heads, and is no head
        day, _, _name = one.key.rpartition("/")
        if day >= since:
            yield one
        else:
            last_of[day] = one
    yield from last_of.values()


def name_of(head: Head) -> str:
    """Return under which name a head is kept: it counts under no other."""
    at = head.at.astimezone(UTC)
    return f"{at:%Y/%m/%d}/{at:%H%M%S}-{head.instance}-{head.seq}.json"


def _canonical(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
