#!/bin/sh
# A Postgres image from Debian's packages that is started as the official one is: for trying the dev overlay
# out where no image registry can be reached. As root, on Debian or the like, with debootstrap.
#   postgres.sh [FILE]    default target/image/postgres.tar
set -eu
cd "$(dirname "$0")/../.."
file=${1:-target/image/postgres.tar}
mirror=${MIRROR:-http://deb.debian.org/debian}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
root=$work/root
debootstrap --variant=minbase bookworm "$root" "$mirror" > "$work/log" 2>&1 ||
  { tail -n 5 "$work/log" >&2; exit 1; }
# The official image's account.
chroot "$root" groupadd --gid 999 postgres
chroot "$root" useradd --uid 999 --gid 999 --home-dir /var/lib/postgresql --shell /bin/bash postgres
mkdir -p "$root/etc/postgresql-common"
echo "create_main_cluster = false" > "$root/etc/postgresql-common/createcluster.conf"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -qy --no-install-recommends postgresql-15 \
  > "$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }
rm -rf "$root/var/cache/apt" "$root/var/lib/apt/lists" "$root/usr/share/doc" "$root/usr/share/man" \
  "$root/usr/share/locale" "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/var/lib/postgresql/data" "$root/var/run/postgresql"
chown 999:999 "$root/var/lib/postgresql" "$root/var/lib/postgresql/data" "$root/var/run/postgresql"
install -m 755 k8s/image/postgres-entrypoint.sh "$root/usr/local/bin/entrypoint.sh"

k8s/image/archive.sh "$root" wallet-sync-postgres:dev \
  '{"User":"999:999","Env":["PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin","LANG=C.UTF-8","PGDATA=/var/lib/postgresql/data"],"Entrypoint":["/usr/local/bin/entrypoint.sh"],"Cmd":["postgres"],"StopSignal":"SIGINT"}' "$file"
echo "$file: $(chroot "$root" /usr/lib/postgresql/15/bin/postgres --version), $(du -m "$file" | cut -f1) MB"
