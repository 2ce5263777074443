#!/usr/bin/env bash
# `make test`: every check that a change must pass, cheap ones first, each build made once.
#   gate.sh            all of it
#   gate.sh e2e        only the end-to-end path: tests/e2e, the signing page in a browser, tests/browser
#   gate.sh lint       only what needs no running: formats, lints, licences
set -uo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=build.sh
. "$OKD_ROOT/infra/dev/build.sh"
# shellcheck source=steps.sh
. "$OKD_ROOT/infra/dev/steps.sh"
cd "$OKD_ROOT" || exit 1

# The Makefile knows when `npm ci` and the build are stale.
npm_scripts() { # folder, script…
    local folder=$1 script
    shift
    make --no-print-directory "$folder/node_modules/.okd-installed" || return
    for script in "$@"; do
        echo "npm run $script: $folder"
        (cd "$folder" && npm run --silent --if-present "$script") || return
    done
}

web_app() { # folder
    npm_scripts "$1" typecheck lint test && make --no-print-directory "$1/node_modules/.okd-built"
}

web() {
    local manifest
    for manifest in services/*/package.json services/*/*/package.json; do
        step "web: $(dirname "$manifest")" web_app "$(dirname "$manifest")"
    done
}

# The fuzz targets are a workspace of their own, which nothing else here builds: a new dependency of ours must stand in its
# lock file too, or the long runs fail hours later.
fuzz_lock() {
    cargo metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml >/dev/null ||
        { echo "mend with: cargo update --workspace --manifest-path fuzz/Cargo.toml"; return 1; }
}

# Clippy and rustdoc read the same checked dependencies; the build below makes its own, once, for all that runs.
lint_rust() {
    step "cargo deny (bans, licences, sources)" cargo deny --locked check bans licenses sources
    step "the fuzz targets' lock file" fuzz_lock
    step "cargo machete" cargo machete --with-metadata
    step "clippy" cargo clippy "${OKD_SCOPE[@]}" --all-targets -- -D warnings
    step "rustdoc" env RUSTDOCFLAGS="-D warnings" cargo doc "${OKD_SCOPE[@]}" --no-deps --quiet
}

e2e() {
    step "end to end" okd_nextest 'package(e2e)'
    step "a client by the contract alone" "$OKD_MAKERS" -B tests/clients/python/walk.py
    step "Postman collection" npm_scripts tests/postman lint test
    step "the signing page in a browser" npm_scripts services/signing/page test:browser
    if [ -f tests/browser/package.json ]; then step "browser" npm_scripts tests/browser typecheck lint test; fi
}

all() {
    step "tools" infra/dev/tools.sh
    step "cargo fmt" cargo fmt --all --check
    web
    lint_rust
    step "build" okd_build
    step "tidy" okd_nextest 'package(tidy)'
    step "migrations up, down, up" okd_nextest 'package(migrations)'
    step "unit and integration tests" okd_nextest 'not (package(e2e) or package(tidy) or package(migrations))'
    step "openapi-check" infra/dev/openapi.sh check
    e2e
    steps_summary "make test"
}

case "${1:-all}" in
    all) all ;;
    e2e)
        step "tools" infra/dev/tools.sh
        step "web apps" make --no-print-directory web
        step "build" okd_build
        e2e
        steps_summary "make e2e"
        ;;
    lint)
        step "tools" infra/dev/tools.sh
        step "cargo fmt" cargo fmt --all --check
        web
        lint_rust
        steps_summary "make lint"
        ;;
    *) echo "gate.sh: all, e2e or lint, not '$1'"; exit 2 ;;
esac
