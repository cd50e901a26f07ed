#!/bin/sh
# Browser tests need Chromium: the system's, else Debian's package, else Playwright's own download.
set -u
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  echo "Installing Chromium (Debian package) for the browser tests…"
  $sudo apt-get update -qq && $sudo apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "Installing Playwright's own Chromium for the browser tests…"
exec .venv/bin/playwright install chromium
