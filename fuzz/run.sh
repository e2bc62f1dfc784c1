#!/usr/bin/env bash
# Fuzzes one target for a time, and says what came of it. README.md has the targets.
#
#   fuzz/run.sh TARGET SECONDS [OPTION OF LIBFUZZER...]
#
# Needs Rust (stable will do) and a C++ compiler. Inputs are collected in fuzz/corpus/TARGET, finds in
# fuzz/artifacts/TARGET; it ends at the first find with the exit code of libFuzzer. FUZZ_PROGRAM names
# a program that is built already.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
export FUZZ_TARGET=${1:?a target}
seconds=${2:?for how many seconds}
shift 2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${FUZZ_PROGRAM:-}" ]; then
  host=$(rustc -vV | sed -n 's/^host: //p')
  # What `cargo fuzz` sets, without the sanitizers, which a stable compiler does not have.
  RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions" \
    cargo build --release --quiet --target "$host"
  FUZZ_PROGRAM=target/$host/release/target
fi
# A copy, so that a build meanwhile does not disturb the run.
cp "$FUZZ_PROGRAM" "$work/target"

corpus=corpus/$FUZZ_TARGET
seeds=seeds/$FUZZ_TARGET
kept=kept/$FUZZ_TARGET
artifacts=artifacts/$FUZZ_TARGET
mkdir -p "$corpus" "$kept" "$artifacts"
[ -d "$seeds" ] || FUZZ_SEEDS=$seeds "$work/target"

result=0
TIMEFORMAT='%U %S'
{ time "$work/target" "$corpus" "$seeds" "$kept" -max_total_time="$seconds" -max_len=4000 \
  -artifact_prefix="$artifacts/" -print_final_stats=1 "$@" >"$work/log" 2>&1; } 2>"$work/cpu" || result=$?
if [ "$result" -ne 0 ]; then
  # Why, without the thousands of lines before.
  grep -av '^#' "$work/log" | tail -60
fi
coverage=$(grep -ao 'cov: [0-9]* ft: [0-9]*' "$work/log" | tail -1)
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
echo "$FUZZ_TARGET: ${runs:-?} executions, ${coverage:-no coverage}," \
  "$(find "$corpus" -type f | wc -l) inputs, $(find "$artifacts" -type f | wc -l) finds," \
  "$(awk '{ printf "%d", $1 + $2 }' "$work/cpu") s of CPU"
exit "$result"
