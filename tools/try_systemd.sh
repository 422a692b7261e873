#!/bin/sh
# Has systemd itself start the unit: in namespaces of its own, over a throw-away copy of this machine's files.
#   sudo sh tools/try_systemd.sh          about two minutes; needs systemd, overlay file systems and iproute2
# Nothing of this machine changes: the root is an overlay in memory, the network is a loopback of its own.
# Prints what systemd says, holds a practice call, kills the supervisor in the middle of a second one.
set -eu
program=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
leave() {
    for one in systemd pids devices memory; do
        [ -d "/sys/fs/cgroup/$one/tsuwaroku-trial" ] || continue
        echo $$ >"/sys/fs/cgroup/$one/cgroup.procs"
        find "/sys/fs/cgroup/$one/tsuwaroku-trial" -depth -type d -exec rmdir {} + || true
    done
}

if [ "${1:-}" != inside ]; then
    work=$(mktemp -d /var/tmp/tsuwaroku-systemd.XXXXXX)
    chmod 755 "$work"
    for one in systemd pids devices memory; do # cgroups of version 1, where the machine has them
        [ -d "/sys/fs/cgroup/$one" ] || continue
        mkdir -p "/sys/fs/cgroup/$one/tsuwaroku-trial"
        echo $$ >"/sys/fs/cgroup/$one/tsuwaroku-trial/cgroup.procs"
    done
    unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup sh "$0" inside "$work" 2>"$work/start.log" &
    outer=$!
    trap 'pkill -9 -P "$outer"; wait; rm -rf --one-file-system "$work"; leave' EXIT
    sleep 8
    first=$(pgrep -P "$outer")
    there() { nsenter -t "$first" -m -p -u -i -n -C "$@"; }
    ours() { there sh -c "cd /srv/tsuwaroku && TSUWAROKU_HOME=/var/lib/tsuwaroku ./tsuwaroku $1"; }
    told() { there systemctl show -p "$1" --value tsuwaroku; }

    there systemctl is-system-running
    ours prepare >"$work/prepare.log" 2>&1 || { cat "$work/prepare.log"; exit 1; }
    there systemctl start tsuwaroku
    sleep 20
    there systemctl status --no-pager --lines 0 tsuwaroku | sed -n 1,8p
    ours practice | tail -n 2
    echo "-- the supervisor is killed in the middle of a call"
    ours practice >"$work/call.log" 2>&1 &
    call=$!
    until grep -q 話しています "$work/call.log"; do sleep 1; done
    sleep 3
    asterisk=$(there pgrep -f asterisk/etc/asterisk.conf)
    there kill -9 "$(told MainPID)"
    wait "$call"
    tail -n 2 "$work/call.log"
    [ "$asterisk" = "$(there pgrep -f asterisk/etc/asterisk.conf)" ] && echo "Asterisk: the same process"
    echo "restarts: $(told NRestarts)"
    ours 'vault verify'
    there systemctl stop tsuwaroku
    echo "stopped: $(told ActiveState) $(told Result), processes left: $(there pgrep -fc /var/lib/tsuwaroku || true)"
    there systemd-analyze security --no-pager tsuwaroku | tail -n 1
    exit 0
fi

root=$2/root
mount --make-rprivate /
mkdir "$2/memory" "$root"
mount -t tmpfs tmpfs "$2/memory"
mkdir "$2/memory/up" "$2/memory/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$2/memory/up,workdir=$2/memory/work" "$root"
# What this machine has enabled stays out.
rm -rf "$root"/etc/systemd/system/* "$root"/etc/rc?.d/* "$root"/etc/init.d/*
ln -s /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
for unit in systemd-udevd systemd-udev-trigger systemd-hwdb-update systemd-logind modprobe@; do
    ln -s /dev/null "$root/etc/systemd/system/$unit.service"
done
ln -s /dev/null "$root/etc/systemd/system/getty.target"
: >"$root/etc/fstab"
rm -rf "$root/var/log/journal" "$root/var/lib/tsuwaroku"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device" && mount --bind "/dev/$device" "$root/dev/$device"
done
touch "$2/console" "$root/dev/console"
mount --bind "$2/console" "$root/dev/console"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
if [ -d /sys/fs/cgroup/systemd ]; then
    mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd"
    mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
    for one in pids devices memory; do
        mkdir "$root/sys/fs/cgroup/$one"
        mount -t cgroup -o "$one" cgroup "$root/sys/fs/cgroup/$one" || rmdir "$root/sys/fs/cgroup/$one"
    done
else
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
fi
ip link set lo up
mkdir -p "$root/srv/tsuwaroku"
git -C "$program" -c safe.directory='*' archive HEAD | tar -x -C "$root/srv/tsuwaroku"
ln -s "$(readlink -f "$program/.venv")" "$root/srv/tsuwaroku/.venv"
cp "$program/deploy/tsuwaroku.service" "$root/etc/systemd/system/"
cd "$root"
mkdir -p mnt/old
pivot_root . mnt/old
umount -l mnt/old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system <>/dev/console >&0 2>&1
