#!/usr/bin/env bash
# Feeds the engine made-up bytes (libFuzzer), from a seeded corpus; a panic, a hang or growth past a gigabyte is a finding.
#   fuzz.sh TARGET [SECONDS]        reader, tags, cms or answers; 600 seconds
#   fuzz.sh demonstrate [SECONDS]   with a bound taken away on purpose: fails unless the fuzzer finds out
#   fuzz.sh all [SECONDS]           all of these, as many at a time as there are cores or OKD_FUZZ_JOBS says; writes
#                                   docs/reports/fuzz.md, which is committed
# Works with the stable toolchain: these are the flags of `cargo fuzz build --sanitizer none`, which knows fuzz/ as well.
# What a run learned (its corpus, in the cache) the next one begins with; the demonstration begins anew each time.
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$OKD_ROOT/fuzz"

what=${1:?fuzz.sh: reader, tags, cms, answers, demonstrate or all}
seconds=${2:-600}
work=$OKD_CACHE/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
command -v c++ >/dev/null || { echo "fuzz: libFuzzer is built by a C++ compiler (Debian package: g++)"; exit 1; }

# build [CARGO OPTION...]: with a host named, build scripts and macros are not instrumented.
build() {
    RUSTC_WRAPPER=$OKD_ROOT/infra/dev/fuzz-rustc.sh RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1" \
        cargo build --quiet --release --locked --target "$host" --target-dir "$work/target" "$@"
}

# The awkward files (tests/corpus), made anew: what one of our own seeds cannot be.
make_awkward() {
    rm -rf "$work/awkward" && mkdir -p "$work/awkward"
    "$OKD_MAKERS" "$OKD_ROOT/tests/corpus/make.py" "$work/awkward" quick
}

# run NAME TARGET: one line of what came out; fails on a finding, or, for the demonstration, where there is none.
run() {
    local name=$1 target=$2 ended=0 began=$SECONDS
    local corpus=$work/corpus/$name findings=$work/findings/$name log=$work/$name.log
    local bytes=("$corpus") dictionary=()
    rm -rf "$findings"
    [ "$name" != demonstrate ] || rm -rf "$corpus"
    mkdir -p "$corpus" "$findings"
    case $target in
        reader | tags)
            dictionary=(-dict=pdf.dict)
            # The demonstration has to find by itself what a hostile file of the corpus would show.
            [ "$name" = demonstrate ] || bytes+=("$work/awkward")
            ;;
    esac
    OKD_FUZZ_SEEDS=$corpus OKD_FUZZ_UNDER_WAY=$work/$name.input "$work/$name" "${bytes[@]}" "${dictionary[@]}" \
        -artifact_prefix="$findings/" -max_total_time="$seconds" -timeout=60 -report_slow_units=60 -rss_limit_mb=1024 -max_len=131072 \
        -print_final_stats=1 -verbosity=1 >"$log" 2>&1 || ended=$?
    # A stack that overflows ends the process before the fuzzer can write anything down.
    if [ "$ended" != 0 ] && [ -z "$(ls "$findings")" ]; then cp "$work/$name.input" "$findings/ended-$ended"; fi
    local blocks coverage runs files
    blocks=$(sed -n 's/.*(\([0-9]*\) inline 8-bit counters).*/\1/p;' "$log" | head -n 1)
    coverage=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$log" | tail -n 1 || true)
    runs=$(grep -oE '^#[0-9]+' "$log" | tail -n 1 | tr -d '#' || true)
    files=$(find "${bytes[@]}" -type f | wc -l)
    echo "fuzz $name: ${runs:-?} runs in $((SECONDS - began)) s, $files files in the corpus," \
        "coverage: ${coverage:-?} of ${blocks:-?} blocks, findings: $(ls "$findings" | wc -l)"
    if [ "$name" = demonstrate ]; then
        [ "$ended" != 0 ] || { echo "fuzz: the missing bound was NOT found within $seconds s"; return 1; }
        bound_holds "$findings" || { echo "fuzz: what the demonstration found is no matter of the missing bound"; return 1; }
        echo "fuzz demonstrate: the missing bound was found: $(ls "$findings" | cut -c1-20 | head -n 1);" \
            "with the bound the same bytes are answered"
    elif [ "$ended" != 0 ] || [ -n "$(ls "$findings")" ]; then
        tail -n 40 "$log"
        echo "fuzz: FINDING in $name: $findings"
        return 1
    fi
}

# bound_holds FINDINGS: whether the reader with all its bounds takes what the one without a bound failed on. Else the
# demonstration would have shown another fault, and said nothing about the bound.
bound_holds() {
    local scratch ended=0
    scratch=$(mktemp -d)
    OKD_FUZZ_SEEDS=$scratch OKD_FUZZ_UNDER_WAY=$scratch/input "$work/reader" "$1"/* -timeout=60 -rss_limit_mb=1024 \
        >"$scratch/log" 2>&1 || ended=$?
    rm -rf "$scratch"
    [ "$ended" = 0 ]
}

# prepare NAME: builds its program and keeps it under its name, so that two builds of one target do not meet.
prepare() {
    local target=$1 options=()
    if [ "$1" = demonstrate ]; then target=reader options=(--features without-depth-limit); fi
    build --bin "$target" "${options[@]}"
    cp "$work/target/$host/release/$target" "$work/$1"
}

target_of() { if [ "$1" = demonstrate ]; then echo reader; else echo "$1"; fi; }

make_awkward
if [ "$what" != all ]; then
    [ "$what" != demonstrate ] || prepare reader
    prepare "$what"
    run "$what" "$(target_of "$what")"
    exit
fi

names=(reader tags cms answers demonstrate)
jobs=${OKD_FUZZ_JOBS:-$(nproc)}
told=$(mktemp -d)
trap 'rm -rf "$told"' EXIT
for name in "${names[@]}"; do
    # While the last one runs the next one is built.
    prepare "$name"
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || true; done
    { run "$name" "$(target_of "$name")" >"$told/$name" 2>&1 || touch "$told/failed"; } &
done
wait
for name in "${names[@]}"; do cat "$told/$name"; done

mkdir -p "$OKD_ROOT/docs/reports"
{
    echo "# Fuzzing report"
    echo
    echo "Written by \`make fuzz\` (\`OKD_FUZZ_JOBS=$jobs infra/dev/fuzz.sh all $seconds\`) on $(date -u +%Y-%m-%d); not by hand. Commit" \
        "$(git rev-parse --short HEAD)$(git diff --quiet HEAD -- ':(exclude,top)docs' || echo ' with changes')," \
        "$(nproc) cores, $jobs runs at a time, $(rustc -V | cut -d' ' -f1,2), libFuzzer" \
        "$(sed -n '/^name = "libfuzzer-sys"/{n;s/.*"\(.*\)"/\1/p}' Cargo.lock)."
    echo
    echo "A finding is a panic, a hang (more than 10 s of processor time, or 60 s on the clock), or more than 1 GiB of" \
        "memory. \`cov\` counts blocks of code that were reached, \`ft\` those times how often; the blocks are all that are" \
        "linked, other people's crates included."
    echo
    grep -hE '^fuzz' "$told"/{reader,tags,cms,answers,demonstrate} | sed 's/^fuzz /- /'
} >"$OKD_ROOT/docs/reports/fuzz.md"
[ ! -e "$told/failed" ] || { echo "fuzz: FAILED"; exit 1; }
