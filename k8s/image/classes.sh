#!/bin/sh
# Lets a server start in half of the time: the classes that it loads are archived (class-data sharing) in the
# very image, as an archive is good for one Java and one set of jars only; Java takes no notice of another.
# With podman; k8s/image/build.sh calls this. It makes target/image/files/app/classes.jsa.
set -eu
cd "$(dirname "$0")/../.."
pods=classes
. k8s/podman/apart.sh
image=$(podman load --quiet --input target/image/wallet-sync-server.tar | sed 's/.*: //')
postgres=$(podman load --quiet --input target/image/postgres.tar | sed 's/.*: //')

mkdir "$work/secret" "$work/classes"
echo archive > "$work/secret/password"
chown 65532:65532 "$work/classes"
podman pod create --name classes > /dev/null
podman run --detach --pod classes --volume "$work/secret:/secret:ro" --env PGDATA=/var/lib/postgresql/data/cluster \
  --env POSTGRES_USER=walletsync --env POSTGRES_DB=walletsync --env POSTGRES_PASSWORD_FILE=/secret/password \
  --name postgres "$postgres" > /dev/null
attempts=0
until podman exec postgres pg_isready -q -h 127.0.0.1; do
  attempts=$((attempts + 1))
  [ "$attempts" -lt 100 ] || { podman logs postgres >&2; exit 1; }
  sleep 0.3
done
podman run --detach --pod classes --volume "$work/classes:/classes" --read-only --tmpfs /tmp \
  --env PGHOST=127.0.0.1 --env PGUSER=walletsync --env PGPASSWORD=archive --entrypoint java --name server "$image" \
  -XX:ArchiveClassesAtExit=/classes/classes.jsa -XX:MaxRAMPercentage=5 -Xlog:disable \
  -cp @/app/jib-classpath-file walletsync.server.Main > /dev/null
attempts=0
until podman logs server 2>&1 | grep -q 'Serving on port'; do
  attempts=$((attempts + 1))
  [ "$attempts" -lt 200 ] || { podman logs server >&2; exit 1; }
  sleep 0.3
done
podman stop --time 60 server > /dev/null
install -D -m 644 "$work/classes/classes.jsa" target/image/files/app/classes.jsa
