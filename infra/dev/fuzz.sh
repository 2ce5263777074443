#!/usr/bin/env bash
# Feeds the engine made-up bytes (libFuzzer), from a seeded corpus; a crash, a hang or growth past a gigabyte is a finding.
#   fuzz.sh TARGET [SECONDS]        reader, tags or cms; 600 seconds
#   fuzz.sh demonstrate [SECONDS]   with a bound taken away on purpose: fails unless the fuzzer finds out
# Works with the stable toolchain: these are the flags of `cargo fuzz build --sanitizer none`, which knows fuzz/ as well.
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$OKD_ROOT/fuzz"

what=${1:?fuzz.sh: reader, tags, cms or demonstrate}
seconds=${2:-600}
work=$OKD_CACHE/fuzz
command -v c++ >/dev/null || { echo "fuzz: libFuzzer is built by a C++ compiler (Debian package: g++)"; exit 1; }

target=$what features=()
if [ "$what" = demonstrate ]; then target=reader features=(--features without-depth-limit); fi

host=$(rustc -vV | sed -n 's/^host: //p')
# With a target named, build scripts and macros are not instrumented.
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1" \
    cargo build --quiet --release --locked --target "$host" --target-dir "$work/target" --bin "$target" "${features[@]}"

corpus=$work/corpus/$what findings=$work/findings/$what log=$work/$what.log
mkdir -p "$corpus" "$findings"
rm -f "$findings"/*
dictionary=()
[ "$target" = cms ] || dictionary=(-dict=pdf.dict)
ended=0
OKD_FUZZ_SEEDS=$corpus "$work/target/$host/release/$target" "$corpus" "${dictionary[@]}" \
    -artifact_prefix="$findings/" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=131072 \
    -print_final_stats=1 -verbosity=1 >"$log" 2>&1 || ended=$?

blocks=$(grep -oE '\([0-9]+ inline 8-bit counters\)' "$log" | head -n 1 | grep -oE '[0-9]+' || true)
coverage=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$log" | tail -n 1 || true)
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
found=$(find "$findings" -type f | head -n 5)
echo "fuzz $what: ${runs:-?} runs, $(find "$corpus" -type f | wc -l) files in the corpus, coverage: ${coverage:-?} of ${blocks:-?} blocks"
if [ "$what" = demonstrate ]; then
    [ -n "$found" ] || { tail -n 5 "$log"; echo "fuzz: the missing bound was NOT found within $seconds s"; exit 1; }
    echo "fuzz: the missing bound was found: $(grep -m 1 -E 'SUMMARY|ERROR' "$log")"
    exit 0
fi
if [ "$ended" != 0 ] || [ -n "$found" ]; then
    tail -n 40 "$log"
    echo "fuzz: FINDING in $what: $found"
    exit 1
fi
