# Read by the scripts that vendor a library: a place to work in, and how its parts become one ES module that browsers load
# as it is. npm checks the packages against its own integrity hashes.

ESBUILD=0.28.2

vendor=$(cd "$(dirname "$0")/../farward/web/static/vendor" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# fetch PACKAGE@VERSION
fetch() {
    echo '{"private": true}' > package.json
    npm install --silent --no-audit --no-fund "$1" "esbuild@$ESBUILD"
}

# bundle NAME BANNER: what the standard input exports
bundle() {
    cat > entry.mjs
    npx esbuild --log-level=warning entry.mjs --bundle --format=esm --minify --target=es2020 --legal-comments=none \
        --banner:js="/* $2: see $1.LICENSE */" --outfile="$vendor/$1.mjs"
}

# tell NAME: what the page about it names, the hash and the weight on the wire
tell() {
    (cd "$vendor" && sha256sum "$1.mjs" && gzip -9 -c "$1.mjs" | wc -c)
}
