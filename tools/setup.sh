#!/bin/sh
# Brings a bare Debian 12 or 13 to where the service (run) or its tests (test) can start.
# Everything it takes comes from the machine's own apt sources and pip configuration.
set -eu
purpose=${1:-run}
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$here"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# fonts-ipaexfont-*: cases are printed with these two typefaces inside (decision 0053).
wanted="ca-certificates fonts-ipaexfont-gothic fonts-ipaexfont-mincho python3 python3-venv mmdebstrap util-linux"
wanted="$wanted mount passwd"
lock=requirements/runtime.lock
if [ "$purpose" = test ]; then
    # libatomic1: the browser driver's own program needs it, and a bare Debian lacks it. systemd: its tool
    # verifies our unit and names groups of system calls; it need not run.
    wanted="$wanted chromium fonts-noto-cjk ffmpeg git iproute2 libatomic1 softhsm2 systemd"
    lock=requirements/dev.lock
fi
missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "Debian の部品を入れます:$missing"
    as_root apt-get update -q
    # shellcheck disable=SC2086  # a list of package names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi

# One environment per lock file, readable by the service's own users, which a home folder may not be.
hash=$(sha256sum "$lock" | cut -c1-12)
venv=/opt/tsuwaroku/venv-$hash
if [ ! -e "$venv/complete" ]; then
    echo "Python の部品を入れます ($lock)"
    as_root rm -rf "$venv"
    as_root mkdir -p "$venv"
    as_root chmod 755 /opt/tsuwaroku "$venv"
    as_root /usr/bin/python3 -m venv "$venv"
    as_root "$venv/bin/python" -m pip install -q --no-warn-script-location --require-hashes -r "$lock"
    as_root chmod -R a+rX "$venv"
    as_root touch "$venv/complete"
fi
if [ "$(readlink .venv)" != "$venv" ]; then
    rm -rf .venv
    ln -s "$venv" .venv
fi
