"""A bucket in an S3 server of the test's own (SeaweedFS, a real one), whose objects are locked for a time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import pytest

_LOCKED_FOR_A_DAY = (
    b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
    b"<Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
)


@dataclass(frozen=True, kw_only=True)
class LockedBucket:
    """A bucket where nothing that was put can be taken away before its day is over."""

    url: str
    server: str

    def versions(self) -> list[tuple[str, str]]:
        """List (key, version) of what was put, deletion marks left out."""
        with urlopen(f"{self.server}/heads?versions", timeout=10) as answer:  # noqa: S310  our own server
            listed = ET.fromstring(answer.read())  # noqa: S314  our own server
        name = "{http://s3.amazonaws.com/doc/2006-03-01/}"
        return [
            (one.findtext(f"{name}Key", ""), one.findtext(f"{name}VersionId", ""))
            for one in listed.iter(f"{name}Version")
        ]

    def take_away(self, key: str, version: str) -> int:
        """Try to delete one version, as somebody with every right; return the server's status."""
        return _ask(f"{self.server}/heads/{key}?versionId={version}", "DELETE")


@pytest.fixture
def locked_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LockedBucket]:
    """A started server with a locked bucket, and its address in the environment, as the city would set it."""
    s3, *others = _free_ports(8)
    server = f"http://127.0.0.1:{s3}"
    names = ("master", "master.port.grpc", "volume", "volume.port.grpc", "filer", "filer.port.grpc")
    ports = [
        f"-{name if '.' in name else name + '.port'}={port}"
        for name, port in zip(names, others, strict=False)
    ]
    command = [
        str(Path(sys.executable).parent / "weed"), "server", f"-dir={tmp_path}", "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1", "-master.telemetry=false", "-volume.max=5", "-master.volumeSizeLimitMB=64",
        "-s3", f"-s3.port={s3}", f"-s3.port.grpc={others[6]}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        *ports,
    ]  # fmt: skip
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait_for(server)
            made = _ask(f"{server}/heads", "PUT", headers={"x-amz-bucket-object-lock-enabled": "true"})
            locked = _ask(f"{server}/heads?object-lock", "PUT", _LOCKED_FOR_A_DAY)
            assert (made, locked) == (200, 200)
            # Only now: a server that finds them in its own environment lets nobody else in.
            for name, value in {
                "AWS_ENDPOINT": server, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "city",
                "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "ap-northeast-1",
            }.items():  # fmt: skip
                monkeypatch.setenv(name, value)
            yield LockedBucket(url="s3://heads/hall", server=server)
        finally:
            process.kill()


def _free_ports(count: int) -> list[int]:
    held = [socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _wait_for(server: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            _ask(server, "GET")
        except (URLError, ConnectionError):
            assert time.monotonic() < until, "the S3 server did not start"
            time.sleep(0.2)
        else:
            return


def _ask(url: str, method: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> int:
    try:
        with urlopen(Request(url, data, headers or {}, method=method), timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code
