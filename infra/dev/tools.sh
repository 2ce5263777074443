#!/usr/bin/env bash
# Finds or installs what the gate needs: Debian packages, pinned cargo tools, venvs with pyHanko and with makers of PDF files.
#   tools.sh            install what is missing (apt when root on Debian; otherwise say what to install)
#   tools.sh --check    only say what is missing
# Everything of ours goes under $OKD_CACHE/tools, outside the clone. Finding all of it takes no time.
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

NEXTEST=0.9.143
DENY=0.20.2
MACHETE=0.9.2
POSTGRES_AT_LEAST=15
REDIS_AT_LEAST=7
NODE_AT_LEAST=20

check_only=false
[ "${1:-}" = "--check" ] && check_only=true

missing_packages=()
lacks() { # package, reason
    missing_packages+=("$1")
    echo "tools: missing: $2 (Debian package: $1)"
}

has() { command -v "$1" >/dev/null 2>&1; }
major() { grep -oE '[0-9]+(\.[0-9]+)*' | head -n 1 | cut -d. -f1; }

has_postgres() {
    local bin
    for bin in /usr/lib/postgresql/*/bin/postgres "$(command -v postgres || true)"; do
        [ -x "$bin" ] && [ "$("$bin" --version | major)" -ge "$POSTGRES_AT_LEAST" ] && return 0
    done
    return 1
}

has_redis() {
    local name bin
    for name in redis-server valkey-server; do
        bin=$(command -v "$name") || continue
        [ "$("$bin" --version | major)" -ge "$REDIS_AT_LEAST" ] && return 0
    done
    return 1
}

find_packages() {
    has cc || lacks gcc "a C compiler, which Rust links with"
    has_postgres || lacks postgresql "PostgreSQL $POSTGRES_AT_LEAST or later"
    has_redis || lacks redis-server "Redis $REDIS_AT_LEAST or later"
    has chromium || lacks chromium "Chromium, which the browser tests drive"
    { has pdfsig && has pdftoppm && has pdftotext; } || lacks poppler-utils "pdfsig and pdftoppm"
    has qpdf || lacks qpdf "qpdf, which checks the files we write"
    has mutool || lacks mupdf-tools "mutool, the second opinion on what a page shows"
    has openssl || lacks openssl "openssl, which opens our evidence as an expert would"
    has strace || lacks strace "strace, which shows the sync before the answer"
    has php || lacks php-cli "PHP, which runs the PHP of a guide"
    has certutil || lacks libnss3-tools "certutil, with which pdfsig is told our root"
    has soffice || lacks libreoffice-writer-nogui "LibreOffice Writer, which converts Word files"
    [ -e /usr/lib/libreoffice/program/libsclo.so ] ||
        lacks libreoffice-calc-nogui "LibreOffice Calc, which converts Excel files"
    has openssl || lacks openssl "OpenSSL, which makes keys and files for tests"
    # Debian splits venv off, so a python3 that is there may still lack it.
    { has python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; } || lacks python3-venv "python3 with venv"
    [ -n "$(fc-list 2>/dev/null | head -n 1)" ] || ls /usr/share/fonts/truetype/*/*.ttf >/dev/null 2>&1 ||
        lacks fonts-dejavu-core "a font for the browser to draw with"
}

install_packages() {
    [ ${#missing_packages[@]} -gt 0 ] || return 0
    local install="apt-get install -y --no-install-recommends ${missing_packages[*]}"
    if $check_only; then return 1; fi
    if [ "$(id -u)" != 0 ] || ! has apt-get; then
        echo "tools: not root on Debian, so nothing was installed. As root:"
        echo "    apt-get update && $install"
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >"$OKD_TOOLS/apt.log" 2>&1 || true
    # shellcheck disable=SC2086 # a list of words on purpose
    if ! $install >>"$OKD_TOOLS/apt.log" 2>&1; then
        tail -n 20 "$OKD_TOOLS/apt.log"
        echo "tools: failed: $install"
        return 1
    fi
    echo "tools: installed ${missing_packages[*]}"
}

need_toolchains() {
    has cargo || { echo "tools: missing: Rust 1.95 or later (cargo)"; return 1; }
    if ! has node || [ "$(node --version | major)" -lt "$NODE_AT_LEAST" ] || ! has npm; then
        echo "tools: missing: Node.js $NODE_AT_LEAST or later, with npm"
        return 1
    fi
}

# The tools are built for the speed of their build, not of their run: optimised, cargo-deny alone costs minutes.
cargo_tool() { # crate, version, command that prints the version…
    local crate=$1 version=$2
    shift 2
    if "$@" 2>/dev/null | grep -qE "(^| )${version//./\\.}( |\$)"; then return 0; fi
    if $check_only; then echo "tools: missing: $crate $version"; return 1; fi
    echo "tools: building $crate $version"
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 CARGO_INCREMENTAL=0 \
        cargo install --quiet --locked --force --version "$version" --root "$OKD_TOOLS" \
        --target-dir "$OKD_CACHE/tools-build" "$crate"
}

python_tools() { # name of venv and requirements, a module that shows it is whole
    local wanted=$OKD_ROOT/infra/dev/requirements-$1.txt venv=$OKD_TOOLS/$1
    local stamp=$venv/.requirements
    if cmp -s "$wanted" "$stamp" && "$venv/bin/python" -c "import $2" 2>/dev/null; then return 0; fi
    if $check_only; then echo "tools: missing: the Python packages of $wanted"; return 1; fi
    echo "tools: installing $1 into $venv"
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$stamp"
}

# pdfsig 22.12 reads memory that it has freed where two signatures are of one certificate, and then may call the second
# untrusted. With a `free` that keeps, it says what it means.
sound_pdfsig() {
    local shim=$OKD_TOOLS/lib/keeps-memory.so ours=$OKD_TOOLS/bin/pdfsig real
    real=$(type -aP pdfsig | grep -vxF "$ours" | head -n 1) || return 0
    if [ -e "$shim" ] && grep -qF "exec $real " "$ours" 2>/dev/null; then return 0; fi
    if $check_only; then echo "tools: missing: pdfsig with memory that stays"; return 1; fi
    mkdir -p "$OKD_TOOLS/lib" "$OKD_TOOLS/bin"
    echo 'void free(void *kept) { (void)kept; }' | cc -shared -fPIC -x c -o "$shim" -
    printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$@"\n' "$shim" "$real" >"$ours"
    chmod +x "$ours"
}

# The files that others test with. Their source distributions hold them; nothing of them is built or installed.
samples() {
    local wanted=("pyhanko==0.38.0" "pikepdf==10.18.0" "pypdf==7.1.0") folder=$OKD_TOOLS/samples one
    if [ "$(cat "$folder/.wanted" 2>/dev/null)" = "${wanted[*]}" ]; then return 0; fi
    if $check_only; then echo "tools: missing: the sample files of ${wanted[*]}"; return 1; fi
    echo "tools: fetching the sample files of ${wanted[*]}"
    rm -rf "$folder"
    mkdir -p "$folder/sources"
    for one in "${wanted[@]}"; do
        "$OKD_TOOLS/makers/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps \
            --no-binary "${one%%==*}" --dest "$folder/sources" "$one"
    done
    "$OKD_TOOLS/makers/bin/python" "$OKD_ROOT/tests/corpus/samples.py" "$folder/sources" "$folder"
    rm -rf "$folder/sources"
    echo "${wanted[*]}" >"$folder/.wanted"
}

mkdir -p "$OKD_TOOLS"
# Two clones may ask at once; the second waits and then finds everything there.
exec 9>"$OKD_TOOLS/.lock"
if has flock; then flock 9; fi
need_toolchains
find_packages
install_packages
cargo_tool cargo-nextest "$NEXTEST" cargo nextest --version
cargo_tool cargo-deny "$DENY" cargo deny --version
cargo_tool cargo-machete "$MACHETE" cargo machete --version
rm -rf "$OKD_CACHE/tools-build"
sound_pdfsig
python_tools pyhanko pyhanko
python_tools makers reportlab
python_tools certomancer certomancer.integrations.animator
python_tools aiosmtpd aiosmtpd.controller
samples
echo "tools: all there, ours under $OKD_TOOLS"
