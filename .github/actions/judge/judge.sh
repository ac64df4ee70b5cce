#!/usr/bin/env bash
# Installs Journeyman beside the project, fetches the head as objects only, and judges it.
set -euo pipefail

die() { echo "::error::$1"; exit 2; }

[ -n "${JUDGE_BASE:-}" ] || die "no base commit: give the input 'base'"
[ -n "${JUDGE_HEAD:-}" ] || die "no head commit: give the input 'head'"
cd "${JUDGE_REPOSITORY:-.}"

# Ubuntu 24.04 forbids user namespaces to ordinary programs; the sandbox is made of them.
restricted=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
if [ -r "$restricted" ] && [ "$(cat "$restricted")" = 1 ] && command -v sudo >/dev/null; then
  sudo -n sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0 || true
fi

if [ -n "${JUDGE_COMMAND:-}" ]; then
  journeyman=$JUDGE_COMMAND
else
  python3 -m venv "$RUNNER_TEMP/journeyman"
  "$RUNNER_TEMP/journeyman/bin/python" -m pip install --quiet --disable-pip-version-check "$JUDGE_REQUIREMENT"
  journeyman=$RUNNER_TEMP/journeyman/bin/journeyman
fi

# Objects only: the head is never checked out, so nothing of it is in the working tree or can run from it.
for commit in "$JUDGE_BASE" "$JUDGE_HEAD"; do
  git cat-file -e "$commit^{commit}" 2>/dev/null || git fetch --quiet --no-tags origin "$commit"
done

arguments=(judge --repo . --base "$JUDGE_BASE" --head "$JUDGE_HEAD")
each() {
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"; line="${line%"${line##*[![:space:]]}"}"
    [ -z "$line" ] || arguments+=("$1" "$line")
  done <<<"$2"
}
each --must-pass "${JUDGE_MUST_PASS:-}"
each --held-out "${JUDGE_HELD_OUT:-}"
each --waive "${JUDGE_WAIVE:-}"
[ "${JUDGE_HUMAN:-false}" != true ] || arguments+=(--human)
[ -z "${JUDGE_SARIF:-}" ] || arguments+=(--sarif "$JUDGE_SARIF")
[ -z "${JUDGE_JUNIT:-}" ] || arguments+=(--junit "$JUDGE_JUNIT")

status=0
"$journeyman" "${arguments[@]}" | tee "${RUNNER_TEMP:-/tmp}/journeyman-judge.txt" || status=${PIPESTATUS[0]}
[ -z "${GITHUB_OUTPUT:-}" ] || echo "exit-code=$status" >>"$GITHUB_OUTPUT"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  # Four backticks cannot be closed by three, and the judge prints no control characters.
  { echo '````text'; sed 's/````/` ` ` `/g' "${RUNNER_TEMP:-/tmp}/journeyman-judge.txt"; echo '````'; } >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
