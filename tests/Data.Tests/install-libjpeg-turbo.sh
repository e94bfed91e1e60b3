#!/usr/bin/env bash
# libjpeg-turbo, whose pixels the tests compare with libvips' bit by bit, unless it is there already or may not be installed.
if ldconfig -p | grep -q 'libturbojpeg\.so\.0' || [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -qq -y --no-install-recommends libturbojpeg0 > /dev/null || echo "libturbojpeg0 could not be installed"
