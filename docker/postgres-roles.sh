#!/bin/sh
# Creates the three roles on an empty PostgreSQL; the image's entry point runs it once.
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv app APP_PASSWORD
\getenv worker WORKER_PASSWORD
CREATE ROLE tsuwaroku_owner LOGIN PASSWORD :'owner' NOSUPERUSER NOBYPASSRLS NOCREATEROLE;
CREATE ROLE tsuwaroku_app LOGIN PASSWORD :'app' NOSUPERUSER NOBYPASSRLS NOCREATEROLE;
CREATE ROLE tsuwaroku_worker LOGIN PASSWORD :'worker' NOSUPERUSER NOBYPASSRLS NOCREATEROLE;
CREATE DATABASE tsuwaroku OWNER tsuwaroku_owner;
REVOKE ALL ON DATABASE tsuwaroku FROM PUBLIC;
GRANT CONNECT ON DATABASE tsuwaroku TO tsuwaroku_app, tsuwaroku_worker;
\connect tsuwaroku
ALTER SCHEMA public OWNER TO tsuwaroku_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tsuwaroku_app, tsuwaroku_worker;
SQL
