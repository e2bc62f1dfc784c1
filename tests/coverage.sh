#!/usr/bin/env bash
# Which lines and branches of each module `cargo test` runs. Needs Python and the LLVM tools of the
# toolchain: `rustup component add llvm-tools`.
#
#   tests/coverage.sh                 a table by module, and below it the files under 90 %
#   tests/coverage.sh run --test lsp  the same of some tests, as `cargo test` takes them
#   tests/coverage.sh table           the same from the last run
#   tests/coverage.sh lines FILE      what was not run in a file of src
#
# Only this package is instrumented, so the other packages are those of every day. Counters are
# written as they count: most servers in tests are killed. Branches are counted by an option of the
# compiler that is not stable yet, which is why RUSTC_BOOTSTRAP is set, for this package alone.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$PWD/target/coverage
mkdir -p "$folder"
tools=$(dirname "$(find "$(rustc --print sysroot)" -name llvm-cov | head -n 1)")
if [ ! -x "$tools/llvm-cov" ]; then
  echo "no llvm-cov: rustup component add llvm-tools" >&2
  exit 2
fi

# Not of sh, which drops variables with a hyphen in their names, as Cargo sets them.
cat > "$folder/rustc" << 'WRAPPER'
#!/usr/bin/env bash
RUSTC_BOOTSTRAP=1 exec "$@" -Cinstrument-coverage -Zcoverage-options=branch -Cllvm-args=-runtime-counter-relocation
WRAPPER
chmod +x "$folder/rustc"

# The test programs and the server, one a line.
programs() {
  cargo test "${tests[@]}" --no-run --message-format=json 2> /dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    if line.startswith("{"):
        print(json.loads(line).get("executable") or "", end="\n")' | grep . | sort -u
}

what=${1:-run}
shift || true
case $what in
  run)
    tests=("$@")
    [ $# -gt 0 ] || tests=(--lib --bins --tests)
    rm -f "$folder"/*.profraw
    export RUSTC_WORKSPACE_WRAPPER=$folder/rustc
    # Without a place for them, build scripts and macros would write theirs here.
    export LLVM_PROFILE_FILE=$folder/%m%c.profraw
    programs > "$folder/programs"
    cargo test "${tests[@]}" --no-fail-fast > "$folder/tests.log" 2>&1 ||
      echo "some tests fail, see $folder/tests.log" >&2
    "$tools/llvm-profdata" merge --sparse --failure-mode=all "$folder"/*.profraw -o "$folder/all.profdata"
    ;;
  table | lines) ;;
  *)
    echo "run, table or lines, not '$what'" >&2
    exit 2
    ;;
esac

objects=()
while read -r program; do
  objects+=(--object "$program")
done < "$folder/programs"
common=("${objects[@]}" --instr-profile "$folder/all.profdata" --ignore-filename-regex '/(tests|benches|examples)/|\.cargo|/rustc/')

if [ "$what" = lines ]; then
  "$tools/llvm-cov" show "${common[@]}" --show-branches=count --sources "$PWD/$1" | grep -E '^ +[0-9]+\| +0\||Branch .*(True: 0|False: 0)'
  exit
fi
"$tools/llvm-cov" export "${common[@]}" --summary-only > "$folder/summary.json"
python3 - "$folder/summary.json" << 'TABLE'
import collections, json, os, sys

files = json.load(open(sys.argv[1]))["data"][0]["files"]
root = os.getcwd() + "/src/"
of_file, of_module = {}, collections.defaultdict(lambda: [0, 0, 0, 0])
for file in files:
    if not file["filename"].startswith(root):
        continue
    name = file["filename"][len(root):]
    lines, branches = file["summary"]["lines"], file["summary"]["branches"]
    counts = [lines["covered"], lines["count"], branches["covered"], branches["count"]]
    of_file[name] = counts
    for module in ("all", name.split("/")[0].removesuffix(".rs")):
        of_module[module] = [one + more for one, more in zip(of_module[module], counts)]

def share(part, whole):
    return "     -" if whole == 0 else f"{100 * part / whole:6.1f}"

def row(name, counts):
    print(f"{name:44} {counts[1]:6} {share(*counts[:2])} {counts[3]:6} {share(*counts[2:])}")

print(f"{'module':44} {'lines':>6} {'run %':>6} {'branch':>6} {'run %':>6}")
for name in sorted(of_module):
    row(name, of_module[name])
print("\nfiles with less than 90 % of their lines")
for name, counts in sorted(of_file.items()):
    if counts[0] < 0.9 * counts[1]:
        row(name, counts)
TABLE
