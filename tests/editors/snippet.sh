# shellcheck shell=bash
# Sourced by the scripts beside it.

# snippet PAGE MARK: prints the block of code of a page whose fence has this mark behind its language, so that what
# is tested is what the page says.
snippet() {
  awk -v mark="$2" '
    !inside && $0 ~ "^ *```[a-z]+ " mark "$" { inside = 1; indent = match($0, "`") - 1; next }
    inside && $0 ~ "^ *```$" { found = 1; exit }
    inside { print substr($0, indent + 1) }
    END { if (!found) { print FILENAME " has no block " mark > "/dev/stderr"; exit 1 } }
  ' "$1"
}
