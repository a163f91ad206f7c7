# For sourcing: podman with a storage of its own in $work, all of which clean_up takes away again. Nothing is asked
# of any other podman: where this one does not take that storage (a remote one does not), the script ends.
#   pods, containers      names of what the script makes, for clean_up
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

runtime=runc
# Bit 24 is CAP_SYS_RESOURCE. Without it root may not set limits for containers of other users.
capabilities=$(sed -n 's/^CapEff:\t//p' /proc/self/status)
if [ $((0x${capabilities:-0} >> 24 & 1)) = 0 ]; then
  runtime=runc-without-limits
fi
cat > "$work/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)"]
[network]
network_backend = "netavark"
[engine]
runtime = "$runtime"
cgroup_manager = "cgroupfs"
events_logger = "file"
# Where --root has it, which podman gives to those who clean up after containers
static_dir = "$work/storage/libpod"
tmp_dir = "$work/tmp"
volume_path = "$work/volumes"
[engine.runtimes]
runc-without-limits = ["$PWD/k8s/podman/runc-without-limits.sh"]
CONF
cat > "$work/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "$work/run"
CONF
export CONTAINERS_CONF="$work/containers.conf" CONTAINERS_STORAGE_CONF="$work/storage.conf"
unset CONTAINER_HOST CONTAINER_CONNECTION CONTAINERS_CONF_OVERRIDE STORAGE_DRIVER STORAGE_OPTS

own=$(podman info --format '{{.Store.GraphRoot}}' 2> /dev/null) || own=
if [ "$own" != "$work/storage" ]; then
  echo "$0: podman does not take a storage of its own (it says '$own'); it has to be a local one, on Linux" >&2
  exit 2
fi
network=wallet-sync-try-$$
clean_up() {
  for pod in ${pods:-}; do podman pod rm --force --time 1 "$pod"; done > /dev/null 2>&1 || true
  for container in ${containers:-}; do podman rm --force --time 1 "$container"; done > /dev/null 2>&1 || true
  podman network rm --force "$network" > /dev/null 2>&1 || true
  # Images and volumes are nothing but files in there.
  umount "$work/storage/overlay" 2> /dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
