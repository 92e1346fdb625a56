#!/bin/sh
# Bundle yjs and the parts of lib0 it uses into one ES module that browsers load as it is.
# Run by hand when the version below changes; npm checks the packages against its own integrity hashes.
set -eu

YJS=13.6.33
ESBUILD=0.28.2

here=$(cd "$(dirname "$0")/.." && pwd)
vendor="$here/farward/web/static/vendor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund "yjs@$YJS" "esbuild@$ESBUILD"
lib0=$(node -p 'require("./node_modules/lib0/package.json").version')
# Only what the note uses: tree shaking leaves out the rest of yjs's surface.
echo 'export { Doc, Text, applyUpdate, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from "yjs";' > entry.mjs
npx esbuild --log-level=warning entry.mjs --bundle --format=esm --minify --target=es2020 --legal-comments=none \
    --banner:js="/* yjs $YJS with lib0 $lib0, MIT licence: see yjs.LICENSE */" --outfile="$vendor/yjs.mjs"
{ cat node_modules/yjs/LICENSE; echo; echo "---- lib0 ----"; echo; cat node_modules/lib0/LICENSE; } > "$vendor/yjs.LICENSE"
(cd "$vendor" && sha256sum yjs.mjs && gzip -9 -c yjs.mjs | wc -c)
