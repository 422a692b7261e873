# Asterisk 22 from Debian sid's package: StasisBroadcast needs 22.7.
FROM debian:sid-slim
RUN apt-get update && apt-get install -y --no-install-recommends asterisk python3-minimal \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /var/lib/tsuwaroku
# A copy that loses no voice on a recording (docs/decisions/0034), first in PATH; without it Debian's own runs.
COPY runtime/asterisk_correction.py /tmp/
RUN python3 -I /tmp/asterisk_correction.py /usr/sbin/asterisk /usr/local/sbin/asterisk || true
COPY docker/asterisk.sh /srv/tsuwaroku/docker/asterisk.sh
WORKDIR /srv/tsuwaroku
# The same number as in the image of the program, which renders the configuration for its owner's eyes only.
USER 10001:10001
ENTRYPOINT ["docker/asterisk.sh"]
CMD ["-f", "-C", "/var/lib/tsuwaroku/asterisk/etc/asterisk.conf"]
