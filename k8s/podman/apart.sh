# For sourcing: podman with a storage of its own in $work, all of which clean_up takes away again.
work=$(mktemp -d)
network=wallet-sync-try-$$
clean_up() {
  podman pod rm --all --force --time 1 > /dev/null 2>&1 || true
  podman volume rm --all --force > /dev/null 2>&1 || true
  podman network rm --force "$network" > /dev/null 2>&1 || true
  podman rmi --all --force > /dev/null 2>&1 || true
  umount "$work/storage/overlay" 2> /dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

runtime=runc
# Bit 24 is CAP_SYS_RESOURCE. Without it root may not set limits for containers of other users.
if [ $((0x$(sed -n 's/^CapEff:\t//p' /proc/self/status) >> 24 & 1)) = 0 ]; then
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
