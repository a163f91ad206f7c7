#!/bin/sh
# Does of the official image's start what the dev overlay uses.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # In a folder of its own until it is complete: a kill half-way must not leave half a cluster.
  rm -rf "$PGDATA.new"
  mkdir -p "$PGDATA.new"
  initdb --pgdata="$PGDATA.new" --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \
    --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 > /dev/null
  echo "CREATE DATABASE \"$POSTGRES_DB\"" |
    postgres --single -D "$PGDATA.new" postgres > /dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA.new/pg_hba.conf"
  mv "$PGDATA.new" "$PGDATA"
fi
[ "$1" != postgres ] || { shift; set -- postgres -c "listen_addresses=*" "$@"; }
exec "$@"
