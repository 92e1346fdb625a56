#!/bin/sh
# Bundle yjs and the parts of lib0 it uses. Run by hand when the version below changes.
set -eu

YJS=13.6.33

. "$(dirname "$0")/vendor.sh"

fetch "yjs@$YJS"
lib0=$(node -p 'require("./node_modules/lib0/package.json").version')
# Only what the note uses: tree shaking leaves out the rest of yjs's surface.
echo 'export { Doc, Text, applyUpdate, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from "yjs";' | bundle yjs \
    "yjs $YJS with lib0 $lib0, MIT licence"
{ cat node_modules/yjs/LICENSE; echo; echo "---- lib0 ----"; echo; cat node_modules/lib0/LICENSE; } > "$vendor/yjs.LICENSE"
tell yjs
