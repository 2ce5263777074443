#!/usr/bin/env bash
# `make soak`: each test whose name starts with `soak_` is a part. A part that passed on these very sources is not run
# again, so an interrupted soak goes on where it stopped. Ends by writing docs/reports/soak.md, which is committed.
# A test tells a number for the report by printing a line that starts with "soak: ".
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=build.sh
. "$OKD_ROOT/infra/dev/build.sh"
cd "$OKD_ROOT"

infra/dev/tools.sh
okd_build

# The sources a part was run on: everything but docs/, so that committing the report does not undo it.
sources=$({ git ls-files -s -- ':!docs'; git diff HEAD -- ':!docs'; git ls-files -o --exclude-standard -- ':!docs'; } |
    sha256sum | cut -c1-16)
state=$OKD_CACHE/soak/$sources
mkdir -p "$state" docs/reports

mapfile -t parts < <(cargo nextest list "${OKD_SCOPE[@]}" -P soak --message-format json |
    node -e '
        const suites = JSON.parse(require("fs").readFileSync(0, "utf8"))["rust-suites"];
        for (const [binary, suite] of Object.entries(suites))
            for (const [test, found] of Object.entries(suite.testcases))
                if (found["filter-match"].status === "matches") console.log(`${binary} ${test}`);')
[ ${#parts[@]} -gt 0 ] || { echo "soak: no test is named soak_…"; exit 1; }

failed=0
for part in "${parts[@]}"; do
    binary=${part% *} test=${part#* }
    record=$state/${part//[^A-Za-z0-9_]/-}
    if [ -e "$record.ok" ]; then
        echo "soak: $part: passed before on these sources"
        continue
    fi
    echo "soak: $part: running"
    began=$SECONDS
    if okd_nextest "binary_id(=$binary) and test(=$test)" -P soak --success-output final >"$record.log" 2>&1; then
        {
            echo "$((SECONDS - began)) s, $(date -u +%Y-%m-%d)"
            grep -oE '(^|[[:space:]])soak: .*' "$record.log" | sed 's/^[[:space:]]*soak: //' || true
        } >"$record.ok"
        echo "soak: $part: ok, $(head -n 1 "$record.ok")"
    else
        failed=$((failed + 1))
        tail -n 40 "$record.log"
        echo "soak: $part: FAILED, whole output in $record.log"
    fi
done

{
    echo "# Soak report"
    echo
    echo "Written by \`make soak\`; not by hand. Sources \`$sources\`" \
        "(commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD -- ':!docs' || echo ' with changes'))," \
        "$(nproc) cores, $(awk '/MemTotal/ { printf "%d GiB", $2 / 1048576 + 0.5 }' /proc/meminfo)."
    for part in "${parts[@]}"; do
        record=$state/${part//[^A-Za-z0-9_]/-}
        printf '\n## `%s`\n\n' "$part"
        if [ -e "$record.ok" ]; then
            echo "Passed: $(head -n 1 "$record.ok")."
            echo
            tail -n +2 "$record.ok" | sed 's/^/- /'
        else
            echo "**Not passed** on these sources."
        fi
    done
} >docs/reports/soak.md
echo "soak: wrote docs/reports/soak.md"
[ "$failed" = 0 ] || { echo "soak: FAILED parts: $failed"; exit 1; }
