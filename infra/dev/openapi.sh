#!/usr/bin/env bash
# The OpenAPI documents and the portal's client are generated from the code: write them, or say that they are stale.
#   openapi.sh write|check [okdokument]
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
what=$1
program=${2:-$OKD_TARGET/debug/okdokument}
[[ $program = /* ]] || program=$PWD/$program
cd "$OKD_ROOT"

case $what in
    write)
        "$program" openapi --out openapi
        (cd services/portal && npm run --silent generate)
        ;;
    check)
        fresh=$(mktemp -d)
        trap 'rm -rf "$fresh"' EXIT
        "$program" openapi --out "$fresh" >/dev/null
        stale=false
        shopt -s nullglob
        for document in "$fresh"/*.json; do
            diff -u "openapi/$(basename "$document")" "$document" | head -n 40 || stale=true
        done
        for document in openapi/*.json; do
            [ -e "$fresh/$(basename "$document")" ] || { echo "$document: no service generates it"; stale=true; }
        done
        (cd services/portal && npm run --silent generate -- --check) || stale=true
        if $stale; then
            echo "stale: run \`make openapi\` and commit what it writes"
            exit 1
        fi
        echo "openapi/ and the portal's client are what the code says"
        ;;
    *) echo "openapi.sh: write or check, not '$what'"; exit 2 ;;
esac
