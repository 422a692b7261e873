#!/bin/sh
# Sets up schema, folders and secrets, and writes Asterisk's configuration into its volume (/srv/pbx).
# Run again, it renders the city profile anew and leaves recordings, passwords and keys as they are.
set -eu
umask 077
./tsuwaroku prepare
rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT
./tsuwaroku asterisk-config --out "$rendered"
cp -R "$rendered/." /srv/pbx/
