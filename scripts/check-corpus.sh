#!/usr/bin/env bash
# Real files in a folder: no crash (exit 0 or 1), and the same bytes on a second run.
set -eu
folder=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for run in first second; do
  status=0
  node dist/cli.js --format json --today 2026-11-01 "$folder" >"$work/$run" || status=$?
  [ "$status" -le 1 ] || { echo "exit $status"; exit 1; }
done
cmp <(grep -v '"milliseconds"' "$work/first") <(grep -v '"milliseconds"' "$work/second")
echo "$folder: exit 0 or 1 twice, same bytes"
