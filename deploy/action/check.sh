#!/usr/bin/env bash
# The step of action.yml: annotations for people, SARIF where it is asked for, and what to make of findings.
set -uo pipefail
ecto_fix="${ECTO_FIX:-$RUNNER_TEMP/ecto-fix/bin/ecto-fix}"

asked=()
if [ -n "$BASE" ]; then
  # A checkout of one commit knows no base; without one every migration of the repository would be looked at.
  git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin -- "$BASE" || exit 2
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
