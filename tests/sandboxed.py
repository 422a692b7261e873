"""Starts a command under what a systemd unit leaves to it, on a machine whose first process is no systemd.

    python -m tests.sandboxed UNIT WRITABLE... -- COMMAND...

Applied as systemd does: the capabilities, no new privileges, a read-only file system but for the folders
named, a private /tmp and /dev, no home folders, system calls and families of sockets. Not applied: what
`systemd-analyze security` judges by the unit's text alone (kernel tunables, clock, device rules and others).
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 23, 24, 38
CLONE_NEWNS = 0x00020000
ALLOW, EPERM = 0x7FFF0000, 0x00050001
EQUAL = 4
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
CAPABILITIES = {
    "CAP_CHOWN": 0, "CAP_DAC_OVERRIDE": 1, "CAP_FOWNER": 3, "CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7,
    "CAP_SYS_NICE": 23,
}  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

libc = ctypes.CDLL(None, use_errno=True)


class Compared(ctypes.Structure):
    """``struct scmp_arg_cmp`` of libseccomp."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


def service_of(unit: Path) -> dict[str, str]:
    """Read the [Service] section; names as they stand."""
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    return dict(parser["Service"])


def system_calls(group: str) -> set[str]:
    """Name the system calls of a group, as this machine's systemd knows it."""
    told = subprocess.run(
        ["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True
    ).stdout
    found: set[str] = set()
    for line in told.splitlines()[1:]:
        name = line.strip()
        if name.startswith("@"):
            found |= system_calls(name)
        elif name and not name.startswith("#"):
            found.add(name)
    return found


def shut_the_file_system(writable: list[Path]) -> None:
    """Leave nothing to write to but these folders and a /tmp of its own."""
    libc.unshare(CLONE_NEWNS)
    shell = ["mount --make-rprivate /"]
    shell += [f"mount --bind '{folder}' '{folder}'" for folder in writable]
    # A private /dev is prepared while the devices of the machine are still there to be seen.
    shell += ["mount -t tmpfs -o mode=755 tmpfs /mnt", "mkdir /mnt/shm /mnt/pts"]
    shell += [f"touch /mnt/{name} && mount --bind /dev/{name} /mnt/{name}" for name in DEVICES]
    shell += ["mount -t tmpfs tmpfs /mnt/shm", "ln -s /proc/self/fd /mnt/fd"]
    shell += ["mount --rbind /mnt /dev", "mount -t tmpfs -o mode=1777 tmpfs /tmp"]
    shell += ["for home in /root /home; do mount -t tmpfs -o ro,mode=0 tmpfs $home; done"]
    shell += ["mount -o remount,bind,ro /"]
    subprocess.run(["sh", "-ec", "\n".join(shell)], check=True)


def shut_system_calls(service: dict[str, str]) -> None:
    """Answer every other system call with EPERM."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(EPERM)))
    allowed = system_calls(service["SystemCallFilter"]) - {"socket"}
    if service["RestrictNamespaces"] == "yes":
        allowed -= {"unshare", "setns"}
    for name in allowed:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            assert seccomp.seccomp_rule_add_array(rules, ctypes.c_uint32(ALLOW), number, 0, None) == 0
    socket = seccomp.seccomp_syscall_resolve_name(b"socket")
    for family in service["RestrictAddressFamilies"].split():
        only = (Compared * 1)(Compared(0, EQUAL, FAMILIES[family], 0))
        assert seccomp.seccomp_rule_add_array(rules, ctypes.c_uint32(ALLOW), socket, 1, only) == 0
    assert seccomp.seccomp_load(rules) == 0


def main(arguments: list[str]) -> None:
    """Give up what the unit takes away, and become the command."""
    split = arguments.index("--")
    service = service_of(Path(arguments[0]))
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    shut_the_file_system([Path(folder) for folder in arguments[1:split]])
    kept = {CAPABILITIES[name] for name in service["CapabilityBoundingSet"].split()}
    for number in range(64):
        if libc.prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1 and number not in kept:
            assert libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0
    assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    shut_system_calls(service)
    command = arguments[split + 1 :]
    os.execvp(command[0], command)  # noqa: S606  this is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
