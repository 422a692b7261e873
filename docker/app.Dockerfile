# The program and its Python parts; telephony, console and workers are this one image with other commands.
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates fonts-ipaexfont-gothic \
        fonts-ipaexfont-mincho python3 python3-venv util-linux \
    && rm -rf /var/lib/apt/lists/*
COPY requirements/runtime.lock /srv/tsuwaroku/requirements/runtime.lock
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /srv/tsuwaroku/requirements/runtime.lock
COPY . /srv/tsuwaroku
# The same number as in the image of Asterisk: files that only their owner may read pass between the two.
RUN groupadd --gid 10001 tsuwaroku \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/tsuwaroku \
        --shell /usr/sbin/nologin tsuwaroku \
    && install -d -o 10001 -g 10001 /var/lib/tsuwaroku /srv/pbx \
    && ln -s /opt/venv /srv/tsuwaroku/.venv && chmod -R a+rX /srv/tsuwaroku
WORKDIR /srv/tsuwaroku
USER 10001:10001
ENTRYPOINT ["./tsuwaroku"]
CMD ["--help"]
