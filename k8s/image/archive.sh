#!/bin/sh
# A root folder becomes an image's archive, which Jib (tar://) and podman load read. No daemon is needed.
#   archive.sh ROOT NAME:TAG CONFIG-JSON FILE
# CONFIG-JSON is the image's config, as in '{"Env":["PATH=/usr/bin"]}'.
set -eu
root=$1 name=$2 config=$3 file=$4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar --numeric-owner --sort=name --mtime=@1 --xattrs -C "$root" -cf "$work/layer.tar" .
layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
architecture=$(dpkg --print-architecture)
printf '{"created":"1970-01-01T00:00:01Z","architecture":"%s","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$architecture" "$config" "$layer" > "$work/config.json"
printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$name" > "$work/manifest.json"
mkdir -p "$(dirname "$file")"
tar -C "$work" -cf "$file.part" manifest.json config.json layer.tar
mv "$file.part" "$file"
