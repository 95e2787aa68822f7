#!/bin/sh
# The browser and the Chinese type that tests look at pages with; by apt where we may.
set -eu
need=""
command -v chromium >/dev/null 2>&1 || need="$need chromium"
fc-list 2>/dev/null | grep -qi 'noto.*cjk' || need="$need fonts-noto-cjk fontconfig"
command -v pdftoppm >/dev/null 2>&1 || need="$need poppler-utils"
[ -z "$need" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "· installing$need"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $need >/dev/null
else
    echo "the browser tests need:$need" >&2
    echo "mend: sudo apt-get install$need" >&2
    exit 1
fi
