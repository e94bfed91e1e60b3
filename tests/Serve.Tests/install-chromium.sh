#!/usr/bin/env bash
# Debian's Chromium and its WebDriver, unless they are there already or may not be installed.
if command -v chromedriver > /dev/null || [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium chromium-driver > /dev/null || echo "chromium could not be installed"
