#!/usr/bin/env bash
# An S3 server for the store's tests (s3rver, in JavaScript), at the versions and hashes of package-lock.json, unless it may not be installed.
cd "$(dirname "$0")" || exit 0
if ! command -v npm > /dev/null && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -qq -y --no-install-recommends nodejs npm > /dev/null
fi
target=../../artifacts/s3
[ -f "$target/node_modules/s3rver/bin/s3rver.js" ] && cmp -s package-lock.json "$target/package-lock.json" && exit 0
rm -rf "$target" && mkdir -p "$target" && cp package.json package-lock.json "$target" &&
  npm ci --prefix "$target" --ignore-scripts --no-audit --no-fund --silent > /dev/null 2>&1 || { rm -rf "$target"; echo "the S3 server could not be installed"; }
exit 0
