#!/bin/sh
# Fetches the pinned browser libraries and writes their hash list; for maintainers, with a network. Usage: tools/vendor.sh
set -eu

HTMX=2.0.11
ECHARTS=6.1.0
home=$(cd "$(dirname "$0")/.." && pwd)/src/lvlian/site/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # name version → unpacked in $work/package
    rm -rf "$work/package"
    (cd "$work" && tar xzf "$(npm pack "$1@$2" --silent)")
}

plain() { # copies a script without the line that points at a source map nobody ships
    sed '/^\/\/[#@] sourceMappingURL=/d' "$1" >"$2"
}

rm -rf "$home"
mkdir -p "$home/htmx" "$home/echarts/licenses"

fetch htmx.org "$HTMX"
plain "$work/package/dist/htmx.min.js" "$home/htmx/htmx.min.js"
cp "$work/package/LICENSE" "$home/htmx/LICENSE"

fetch echarts "$ECHARTS"
plain "$work/package/dist/echarts.min.js" "$home/echarts/echarts.min.js"
plain "$work/package/i18n/langZH.js" "$home/echarts/langZH.js"
cp "$work/package/LICENSE" "$work/package/NOTICE" "$home/echarts/"
cp "$work/package/licenses/"* "$home/echarts/licenses/"

cd "$home"
printf 'htmx.org %s\necharts %s\n' "$HTMX" "$ECHARTS" >VERSIONS
find . -type f ! -name MANIFEST.sha256 | LC_ALL=C sort | xargs sha256sum >MANIFEST.sha256
