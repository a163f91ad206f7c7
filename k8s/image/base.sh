#!/bin/sh
# A base image with Java 17 and nothing else, from Debian's packages: for where no image registry can be
# reached. As root, on Debian or the like, with debootstrap.
#   base.sh [FILE]        default target/image/base.tar
# Like the default base (distroless), it has no shell and no package manager: the packages are installed
# into a folder, and only the files of those that Java needs are taken from there.
set -eu
cd "$(dirname "$0")/../.."
file=${1:-target/image/base.tar}
mirror=${MIRROR:-http://deb.debian.org/debian}
security=${SECURITY_MIRROR:-http://deb.debian.org/debian-security}

work=$(mktemp -d)
trap 'umount "$work/full/proc" 2> /dev/null || true; rm -rf "$work"' EXIT
chmod 755 "$work"
debootstrap --variant=minbase --include=ca-certificates bookworm "$work/full" "$mirror" > "$work/log" 2>&1 ||
  { tail -n 5 "$work/log" >&2; exit 1; }
printf 'deb %s bookworm main\ndeb %s bookworm-updates main\ndeb %s bookworm-security main\n' \
  "$mirror" "$mirror" "$security" > "$work/full/etc/apt/sources.list"
export DEBIAN_FRONTEND=noninteractive
# Java's installation runs Java, which looks there.
mount -t proc proc "$work/full/proc"
{ chroot "$work/full" apt-get update -q &&
  chroot "$work/full" apt-get upgrade -qy &&
  chroot "$work/full" apt-get install -qy --no-install-recommends tzdata netbase openjdk-17-jre-headless; } \
  > "$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }
umount "$work/full/proc"

packages="base-files netbase tzdata ca-certificates libc6 libgcc-s1 libstdc++6 zlib1g openjdk-17-jre-headless"
# The packages say /lib where the folder is /usr/lib.
for package in $packages; do chroot "$work/full" dpkg -L "$package"; done |
  sed -E 's#^/(bin|sbin|lib|lib64)(/|$)#/usr/\1\2#' |
  grep -vE '^/usr/share/(man|locale|lintian|doc-base|bug)|^/usr/share/doc/.*/(changelog|NEWS|README|examples)|^/(proc|sys|dev|boot)(/|$)' |
  sort -u | sed 's#^/#./#' > "$work/files"
mkdir "$work/root"
tar -C "$work/full" --no-recursion -T "$work/files" --ignore-failed-read -cf - | tar -C "$work/root" -xpf -
for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$work/root/$link"; done
# What the installation made: authorities to trust, for Java too; and the loader's cache.
cp -a "$work/full/etc/ssl" "$work/full/etc/nsswitch.conf" "$work/full/etc/ld.so.cache" "$work/root/etc/"
# And the classes that every Java program shares.
java=$(cd "$work/full" && echo usr/lib/jvm/java-17-openjdk-*)
ln -sfn "/$java/bin/java" "$work/root/usr/bin/java"
cp -a "$work/full/$java/lib/server/classes.jsa" "$work/root/$java/lib/server/"
cp -a "$work/full/etc/java-17-openjdk" "$work/root/etc/"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' > "$work/root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' > "$work/root/etc/group"
mkdir -p "$work/root/tmp" "$work/root/proc" "$work/root/sys" "$work/root/dev"
chmod 1777 "$work/root/tmp"

k8s/image/archive.sh "$work/root" wallet-sync-base:bookworm \
  '{"Env":["PATH=/usr/bin","LANG=C.UTF-8","SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"]}' "$file"
echo "$file: Java $(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$work/root/$java/release"), $(du -m "$file" | cut -f1) MB"
