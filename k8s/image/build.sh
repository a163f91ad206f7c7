#!/bin/sh
# Builds the server's image where no image registry can be reached: the base from Debian's packages, the
# image by Maven, and podman's stand-in for the official Postgres image. As root, on Debian or the like.
#   build.sh              what is there already in target/image is kept; the server's is built anew
set -eu
cd "$(dirname "$0")/../.."
[ -f target/image/base.tar ] || k8s/image/base.sh
[ -f target/image/postgres.tar ] || k8s/image/postgres.sh
mvn -q -B -DcontainerImage -Dmaven.test.skip package \
  -Dimage.base="tar://$PWD/target/image/base.tar" \
  -Dimage.revision="$(git rev-parse --short HEAD 2> /dev/null || echo unknown)"
echo "target/image/wallet-sync-server.tar: $(du -m target/image/wallet-sync-server.tar | cut -f1) MB"
