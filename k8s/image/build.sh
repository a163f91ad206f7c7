#!/bin/sh
# Builds the server's image where no image registry can be reached: the base from Debian's packages, the
# image by Maven, and a stand-in for the official Postgres image. As root, on Debian or the like. With podman
# it also archives the classes, for a faster start.
#   build.sh              what is there already in target/image is kept; the server's is built anew
set -eu
cd "$(dirname "$0")/../.."
[ -f target/image/base.tar ] || k8s/image/base.sh
[ -f target/image/postgres.tar ] || k8s/image/postgres.sh
image() {
  mvn -q -B -DcontainerImage -Dmaven.test.skip package \
    -Dimage.base="tar://$PWD/target/image/base.tar" \
    -Dimage.revision="$(git rev-parse --short HEAD 2> /dev/null || echo unknown)" "$@"
}
rm -f target/image/files/app/classes.jsa
image
if command -v podman > /dev/null; then
  k8s/image/classes.sh
  image -Dimage.classes=-XX:SharedArchiveFile=/app/classes.jsa
fi
echo "target/image/wallet-sync-server.tar: $(du -m target/image/wallet-sync-server.tar | cut -f1) MB"
