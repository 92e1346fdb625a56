#!/bin/sh
# Bundle the protocol part of tus-js-client into one ES module that browsers load as it is.
# Run by hand when the version below changes; npm checks the packages against its own integrity hashes.
set -eu

TUS=4.3.1
ESBUILD=0.28.2

here=$(cd "$(dirname "$0")/.." && pwd)
vendor="$here/farward/web/static/vendor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund "tus-js-client@$TUS" "esbuild@$ESBUILD"
# Only the protocol: how bytes are read and sent is ours (js/tus.js), so the parts for files, XMLHttpRequest, React
# Native and Cordova stay out.
echo 'export { default as Upload } from "./node_modules/tus-js-client/lib/upload.js";' > entry.mjs
npx esbuild --log-level=warning entry.mjs --bundle --format=esm --minify --target=es2020 --legal-comments=none \
    --banner:js="/* tus-js-client $TUS with js-base64, url-parse, querystringify and requires-port, MIT and BSD-3-Clause: see tus.LICENSE */" \
    --outfile="$vendor/tus.mjs"
{
    cat node_modules/tus-js-client/LICENSE
    for part in js-base64/LICENSE.md url-parse/LICENSE querystringify/LICENSE requires-port/LICENSE; do
        printf '\n---- %s ----\n\n' "${part%%/*}"
        cat "node_modules/$part"
    done
} > "$vendor/tus.LICENSE"
for part in js-base64 url-parse querystringify requires-port; do
    node -p "'$part ' + require('./node_modules/$part/package.json').version"
done
(cd "$vendor" && sha256sum tus.mjs && gzip -9 -c tus.mjs | wc -c)
