#!/usr/bin/env bash
# The step of action.yml: annotations for people, SARIF where it is asked for, and what to make of findings.
set -uo pipefail
ecto_fix="${ECTO_FIX:-$RUNNER_TEMP/ecto-fix/bin/ecto-fix}"

asked=()
if [ -n "$BASE" ]; then
  # A checkout of one commit, as actions/checkout makes it, knows neither the base nor where the branch has left it.
  if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
    git fetch --quiet --unshallow origin -- "$BASE" || exit 2
  elif ! git cat-file -e "$BASE^{commit}" 2>/dev/null; then
    git fetch --quiet origin -- "$BASE" || exit 2
  fi
  asked+=(--base "$BASE")
fi
read -r -a paths <<<"$PATHS"

if [ -n "$SARIF" ]; then
  "$ecto_fix" check "${asked[@]}" --format sarif -- "${paths[@]}" >"$SARIF"
  [ $? -le 1 ] || exit 2
fi
"$ecto_fix" check "${asked[@]}" --format github -- "${paths[@]}"
status=$?
case $status in
  0) echo "findings=false" >>"$GITHUB_OUTPUT" ;;
  1) echo "findings=true" >>"$GITHUB_OUTPUT" ;;
  *) exit "$status" ;;
esac
[ "$FAIL" = true ] || exit 0
exit "$status"
