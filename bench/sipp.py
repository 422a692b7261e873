"""Many SIP phones made by sipp: callers who call and hang up, phones that pick up at once, all with sound.

They stand for telephones elsewhere, which do not share our cores: where the machine allows it they run in
real time, below telephony, from which they would take what no telephone takes, and above everything else.
A sender that waits for a core sends its sound in bursts, and Asterisk then fills and drops in the recording
what no telephone would have sent so.
"""

from __future__ import annotations

import csv
import os
import subprocess
from pathlib import Path

from runtime.asterisk_rootfs import AsteriskProgram
from runtime.real_time import LEADING_CALLS, may_run_in_real_time

_REAL_TIME_PRIORITY = LEADING_CALLS // 2
"""Whoever makes the calls takes no time from telephony, whose answer to them is measured."""

_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=u 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""

_HEAD = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:0312345678@[local_ip]:[local_port]>;tag=[pid]c[call_number]
Max-Forwards: 70
Call-ID: [call_id]
"""

CALLER = f"""<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller">
<send retrans="500" start_rtd="1"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
{_HEAD}To: <sip:[service]@[remote_ip]:[remote_port]>
CSeq: 1 INVITE
Contact: <sip:0312345678@[local_ip]:[local_port]>
{_SDP}]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="183" optional="true"/>
<recv response="200" rtd="1"/>
<send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
{_HEAD}To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
CSeq: 1 ACK
Content-Length: 0

]]></send>
<nop><action><exec rtp_stream="SOUND,-1,0,PCMU/8000"/></action></nop>
<pause milliseconds="MILLISECONDS"/>
<nop><action><exec rtp_stream="pause"/></action></nop>
<send retrans="500"><![CDATA[
BYE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
{_HEAD}To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
CSeq: 2 BYE
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
"""

_ECHOED = "[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n[last_CSeq:]\n"
_CONTACT = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n"

PHONE = f"""<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="phone">
<recv request="INVITE"/>
<send><![CDATA[
SIP/2.0 200 OK
{_ECHOED.format(tag=";tag=[pid]p[call_number]")}{_CONTACT}{_SDP}]]></send>
<recv request="ACK"><action><exec rtp_stream="SOUND,-1,0,PCMU/8000"/></action></recv>
<recv request="BYE"/>
<send><![CDATA[
SIP/2.0 200 OK
{_ECHOED.format(tag="")}{_CONTACT}Content-Length: 0

]]></send>
</scenario>
"""


class Sipp:
    """Starts sipp from Asterisk's own tree."""

    def __init__(self, program: AsteriskProgram, folder: Path) -> None:
        self._program = program
        self._folder = folder
        sound = folder / "sound.ulaw"
        sound.write_bytes(bytes(range(256)) * 125)  # four seconds of noise
        self._sound = str(sound)

    def phones(self, address: str, port: int) -> subprocess.Popen[bytes]:
        """Answer every call at once, until ended."""
        return self._start("phone", PHONE, address, port, ("-nostdin",))

    def callers(  # noqa: PLR0913  all of it is one order to sipp
        self,
        address: str,
        port: int,
        *,
        server: str,
        number: str,
        calls: int,
        per_second: int,
        seconds: float,
    ) -> subprocess.Popen[bytes]:
        """Make calls that last so long from the answer on; ends with the last, status 0 if all went well."""
        scenario = CALLER.replace("MILLISECONDS", str(round(seconds * 1000)))
        options = (
            *("-s", number, "-m", str(calls), "-l", str(calls), "-r", str(per_second)),
            *("-trace_rtt", "-rtt_freq", "1", "-nostdin", server),
        )
        return self._start("caller", scenario, address, port, options)

    def answer_milliseconds(self, running: subprocess.Popen[bytes]) -> list[float]:
        """From each INVITE to its 200 OK, as the caller's side saw it."""
        (file,) = self._folder.glob(f"caller_{running.pid}_rtt.csv")
        with file.open() as lines:
            rows = list(csv.reader(lines, delimiter=";"))[1:]
        file.unlink()
        return [float(row[1]) for row in rows if len(row) > 1]

    def _start(
        self, name: str, scenario: str, address: str, port: int, options: tuple[str, ...]
    ) -> subprocess.Popen[bytes]:
        file = self._folder / f"{name}.xml"
        file.write_text(scenario.replace("SOUND", self._sound))
        argv = [
            *_priority(),
            *self._program.tool("sipp"),
            "-sf",
            str(file),
            "-i",
            address,
            "-p",
            str(port),
        ]
        return subprocess.Popen(
            [*argv, "-mi", address, *options],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # where sessions are scheduled as groups, not in ours
        )


def _priority() -> list[str]:
    if may_run_in_real_time(_REAL_TIME_PRIORITY):
        return ["chrt", "--rr", str(_REAL_TIME_PRIORITY)]
    # At everyday priority, whatever priority whoever starts it runs at.
    return ["nice", "-n", str(-os.getpriority(os.PRIO_PROCESS, 0))]
