"""Whatever Asterisk or a stranger on loopback sends: it is read, or refused in our words."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from core.profile.model import CityProfile
from storage.live_streams import StreamSecret
from telephony.asterisk.ami_client import AmiRefused, _Conversation
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_errors import ApplicationTakenOver
from telephony.asterisk.ari_events import AriEvents
from telephony.asterisk.event_lag import EventLag
from telephony.asterisk.fetch_message import read_fetch_claimed, read_fetch_offer
from telephony.asterisk.refer_message import read_refer
from telephony.asterisk.targets import Targets
from telephony.live.audio_socket import AudioSocket
from tests.unit.anything import ANYTHING, DEEP, LIMITS
from tests.unit.call_scenes import LEGS, NOON

NEVER = AriAddress(url="http://127.0.0.1:1/ari", user="u", password="p")


def seal(e164: str) -> tuple[bytes, bytes]:
    return e164.encode()[::-1], b"h" * 16


async def _nothing() -> None: ...


@LIMITS
@given(st.text(max_size=200) | ANYTHING.map(json.dumps))
@example(DEEP)
@example('{"a":' * 2_000)
@example('{"type":' + "9" * 5000 + "}")
def test_no_message_of_asterisk_ends_our_listening(said: str) -> None:
    heard: list[Mapping[str, Any]] = []
    events = AriEvents(NEVER, "app", on_event=heard.append, on_connect=_nothing)

    with suppress(ApplicationTakenOver):
        events._hand_on(said)

    assert all(isinstance(one, dict) for one in heard)


@LIMITS
@given(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["ChannelTransfer", "CallBroadcast", "StasisStart"]),
            "referred_by": ANYTHING | st.just({"source_channel": {"id": LEGS[0]}}),
            "refer_to": ANYTHING
            | st.fixed_dictionaries(
                {
                    "requested_destination": ANYTHING | st.fixed_dictionaries({"destination": st.text()}),
                    "destination_channel": ANYTHING,
                    "connected_channel": ANYTHING
                    | st.fixed_dictionaries({"name": st.text() | st.just("PJSIP/hoken1-00000001")}),
                }
            ),
            "args": ANYTHING | st.just(["fetch-ringing"]),
            "channel": ANYTHING
            | st.fixed_dictionaries(
                {
                    "id": ANYTHING | st.just("x.1"),
                    "name": ANYTHING | st.text(),
                    "dialplan": ANYTHING | st.just({"context": "fetch-ringing"}),
                }
            ),
            "timestamp": ANYTHING | st.datetimes().map(str),
        }
    )
)
def test_no_wish_of_a_phone_breaks_its_reader_or_carries_a_number(
    sakura_profile: CityProfile, told: dict[str, Any]
) -> None:
    directory = Targets(sakura_profile, seal)
    phones = {phone.id for phone in sakura_profile.phones}

    asked = read_refer(told, NOON, directory)
    wishes = (read_fetch_offer(told), read_fetch_claimed(told))
    EventLag().hear(told, NOON)

    assert asked is None or set(asked[1].phones) <= phones
    assert all(wish is None or bool(wish.name) == bool(wish.phone) for wish in wishes)


@LIMITS
@given(
    st.lists(
        st.binary(max_size=60)
        | st.sampled_from([b"ActionID: DBGet\r\n", b"Response: Error\r\n", b"\r\n\r\n", b"Event: End\r\n"]),
        max_size=8,
    ).map(b"".join)
)
def test_whatever_stands_in_asterisks_place_at_ami_is_an_answer_a_refusal_or_an_end(sent: bytes) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        theirs.sendall(b"Asterisk Call Manager\r\n" + sent)
        theirs.shutdown(socket.SHUT_WR)
        conversation = _Conversation(ours)
        conversation.banner()
        try:
            answers = conversation.ask("DBGet", {}, until="End")
        except (AmiRefused, EOFError, OSError):
            return

    assert answers[-1]["Event"] == "End"


class Closed:
    """The other end of a connection; it takes nothing."""

    def close(self) -> None: ...

    async def wait_closed(self) -> None: ...


class Heard:
    def __init__(self) -> None:
        self.sound = b""
        self.ended = 0

    def hear(self, sound: bytes) -> None:
        self.sound += sound

    def over(self) -> None:
        self.ended += 1


PERMITTED = StreamSecret(UUID(int=5))
FRAMES = st.lists(
    st.builds(
        lambda kind, told: bytes((kind,)) + len(told).to_bytes(2, "big") + told,
        st.sampled_from([0x00, 0x01, 0x03, 0x10, 0xFF]),
        st.binary(max_size=20) | st.just(PERMITTED.bytes),
    )
    | st.binary(max_size=10),
    max_size=6,
).map(b"".join)


@LIMITS
@given(FRAMES)
def test_no_stranger_is_heard_and_no_bytes_end_the_service(sent: bytes) -> None:
    heard = Heard()

    async def admit(secret: StreamSecret) -> Heard | None:
        return heard if secret == PERMITTED else None

    async def connect() -> AudioSocket:
        reader = asyncio.StreamReader()
        reader.feed_data(sent)
        reader.feed_eof()
        service = AudioSocket(0, admit)
        await service._take(reader, cast("asyncio.StreamWriter", Closed()))
        return service

    service = asyncio.run(connect())

    begins_permitted = sent[:19] == b"\x01\x00\x10" + PERMITTED.bytes
    assert heard.ended == begins_permitted
    assert begins_permitted or not heard.sound
    assert not service.streams
