#!/usr/bin/env bash
# Measures what accounts, versions and writes cost Postgres in bytes, with the tables of the migrations
# in a scratch cluster that it makes and deletes. Speed is not measured: fsync is off.
#
#   src/bench/sql/storage.sh [folder of Postgres' programs]
#
# ACCOUNTS (20000) must divide by 20; the figures hardly depend on it. As root, Postgres runs as the
# user postgres. Some minutes, 2 GB of disk.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
migrations=$here/../../main/resources/db/migration
bin=${1:-$(pg_config --bindir)}
accounts=${ACCOUNTS:-20000}

if [ "$(id -u)" = 0 ]; then as=(runuser -u postgres --); else as=(); fi
scratch=$("${as[@]}" mktemp -d)
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$scratch/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap stop EXIT

cd "$scratch"
"${as[@]}" "$bin/initdb" -D data -A trust --locale=C -E UTF8 -U postgres >/dev/null
# Vacuum and checkpoints come when the script says so, as their WAL is counted.
"${as[@]}" "$bin/pg_ctl" -D data -w -l log -o "-c listen_addresses= -c unix_socket_directories=$scratch \
  -c fsync=off -c autovacuum=off -c checkpoint_timeout=1d -c max_wal_size=50GB -c shared_buffers=512MB" start >/dev/null
sql() { "${as[@]}" "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$scratch" -U postgres -v accounts="$accounts" "$@"; }

for file in $(ls "$migrations"/V*.sql | sort -V); do
  sql --single-transaction < "$file"
done
sql < "$here/storage.sql"

# Counts the WAL of what follows, until wal_row prints a row of the second table.
wal_begin() {
  sql -c "SELECT pg_stat_reset_shared('wal')" >/dev/null
  position=$(sql -Atc "SELECT pg_current_wal_insert_lsn()")
}
wal_row() { # title, how many
  sql -At -F ' | ' -c "SELECT rpad('| $1', 66),
    lpad(round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '$position') / $2)::text, 6),
    lpad(round(wal_records / $2.0, 1)::text, 7), lpad(round(wal_fpi / $2.0, 2)::text, 10) || ' |' FROM pg_stat_wal"
}
save() { # script, how many
  "${as[@]}" "$bin/pgbench" -n -M prepared -h "$scratch" -U postgres -c 4 -t $(($2 / 4)) \
    -D accounts="$accounts" -f /dev/stdin postgres < "$here/$1" >/dev/null 2>&1
}
purge() { deleted=$(sql -At < "$here/purge.sql"); }
set_and_checkpoint() {
  sql -c "ALTER SYSTEM SET $1" -c "SELECT pg_reload_conf()" -c CHECKPOINT >/dev/null
}
# As much as happens between two checkpoints: saves, and as many old versions deleted.
interval() { # title, how many
  wal_begin; save save-1k.sql "$2"; wal_row "save, $1" "$2"
  wal_begin; purge; wal_row "purge of an old version, $1" "$deleted"
}

# Holes all over the table, as it has them after some weeks.
for _ in 1 2 3 4; do
  save save-1k.sql $((accounts / 2)); purge; sql -c "VACUUM wallet_versions"
done
minutes5=$((accounts * 3 / 10))   # a million accounts, a thousand writes a second
minutes30=$((accounts * 18 / 10))
echo
echo "| WAL of each 1 kB wallet, $accounts accounts with 20 versions          | bytes  | records | full pages |"
sql -c CHECKPOINT
interval "0.3 of an account between checkpoints" $minutes5
sql -c "VACUUM wallet_versions"
save save-1k.sql $minutes30; purge # the next ones find as many holes as these leave
sql -c "VACUUM wallet_versions" -c CHECKPOINT
interval "1.8 of an account between checkpoints" $minutes30
sql -c CHECKPOINT
wal_begin; sql -c "VACUUM wallet_versions"; wal_row "vacuum of a purged version, one in ten is" "$deleted"
set_and_checkpoint "wal_compression = 'zstd'"
interval "1.8, with wal_compression = zstd" $minutes30
sql -c "VACUUM wallet_versions"
set_and_checkpoint "full_page_writes = off"
interval "no full pages: rare checkpoints" $minutes5
wal_begin; save save-20k.sql $((accounts / 20)); wal_row "save of 20 kB, no full pages" $((accounts / 20))
echo
sql -At < "$here/updates.sql"

# Connections: what a backend has for itself once it has prepared and run the statements.
for i in 1 2 3 4 5 6 7 8; do
  { cat "$here/prepared.sql"; echo "SELECT pg_sleep(8);"; } | sql -At >/dev/null &
done
for _ in $(seq 100); do
  [ "$(sql -Atc "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")" = 8 ] && break
  sleep 0.1
done
sql -Atc "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'" | while read -r pid; do
  awk '/^Private/ { sum += $2 } END { print sum }' "/proc/$pid/smaps_rollup"
done | sort -n | awk '{ all[NR] = $1 } END { print "memory of a connection, private, median: " all[int((NR + 1) / 2)] " kB" }'
wait
