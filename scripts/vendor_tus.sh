#!/bin/sh
# Bundle the protocol part of tus-js-client. Run by hand when the version below changes.
set -eu

TUS=4.3.1

. "$(dirname "$0")/vendor.sh"

fetch "tus-js-client@$TUS"
# Only the protocol: how bytes are read and sent is ours (js/tus.js), so the parts for files, XMLHttpRequest, React
# Native and Cordova stay out.
echo 'export { default as Upload } from "./node_modules/tus-js-client/lib/upload.js";' | bundle tus \
    "tus-js-client $TUS with js-base64, url-parse, querystringify and requires-port, MIT and BSD-3-Clause"
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
tell tus
