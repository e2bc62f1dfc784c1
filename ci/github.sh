#!/usr/bin/env bash
# The steps of action.yml. What the user says comes by the environment, so that nothing of it is
# read as a part of a script.
#
#   ci/github.sh install    puts the program on PATH; VERSION
#   ci/github.sh check      checks, and writes SARIF and the summary; PATHS, ARGS, FAIL_ON, SARIF
# `-f`: no word is a pattern of file names.
set -euof pipefail

here=$(dirname "${BASH_SOURCE[0]}")

install() {
  # The release that this action belongs to, however it was named: by tag, branch or commit.
  local version=${VERSION:-$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../Cargo.toml")}
  local folder=$RUNNER_TEMP/asyncapi-security
  "$here/install.sh" "$version" "$folder"
  echo "$folder" >>"$GITHUB_PATH"
}

check() {
  local file=$RUNNER_TEMP/asyncapi-security.sarif lines=$RUNNER_TEMP/asyncapi-security.txt
  local word path
  # Never empty, which the bash of macOS takes for unset.
  local -a arguments=(--output "concise=$lines")
  # With code scanning each finding would be shown twice.
  if [ "$SARIF" = true ]; then
    arguments+=(--format text --output "sarif=$file")
  else
    arguments+=(--format github)
  fi
  [ -z "$FAIL_ON" ] || arguments+=(--fail-on "$FAIL_ON")
  for word in $ARGS; do
    arguments+=("$word")
  done
  arguments+=(--)
  while IFS= read -r path; do
    [ -z "$path" ] || arguments+=("$path")
  done <<<"$PATHS"

  rm -f "$file" "$lines"
  local code=0
  asyncapi-security-lsp check "${arguments[@]}" || code=$?
  echo "exit-code=$code" >>"$GITHUB_OUTPUT"
  # Code scanning takes what is not in the file for mended, so one that is not complete is kept back.
  if [ -f "$file" ] && [ "$code" -le 1 ]; then
    echo "sarif=$file" >>"$GITHUB_OUTPUT"
  fi
  if [ -f "$lines" ]; then
    summary "$lines" >>"$GITHUB_STEP_SUMMARY"
  fi
}

# The last line counts. The others are indented, so that Markdown in them is none; not all are
# shown, for a summary has a limit of 1 MiB.
summary() {
  local all
  all=$(($(wc -l <"$1") - 1))
  echo "### AsyncAPI security"
  echo
  tail -n 1 "$1"
  echo
  sed -e '$d' -e '501,$d' -e 's/^/    /' "$1"
  if [ "$all" -gt 500 ]; then
    echo
    echo "And $((all - 500)) more."
  fi
}

"$@"
