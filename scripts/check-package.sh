#!/usr/bin/env bash
# The README's first command on a fresh clone with nothing installed, and the packed package run offline.
set -eu
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home"
export HOME="$work/home" npm_config_cache="$work/cache" npm_config_offline=true npm_config_update_notifier=false

git clone --quiet --no-hardlinks "$root" "$work/clone"
cd "$work/clone"
[ ! -e node_modules ]
status=0
node dist/cli.js examples >"$work/out" || status=$?
[ "$status" -eq 1 ] || { echo "node dist/cli.js examples: exit $status"; exit 1; }
grep -q 'obsolete-protocol' "$work/out"

cd "$root"
npm pack --silent --pack-destination "$work" >/dev/null
mkdir "$work/project"
cd "$work/project"
cp -r "$root/examples/good" .
npx --yes --package="file:$(ls "$work"/tlslint-*.tgz)" tlslint good
npx --yes --package="file:$(ls "$work"/tlslint-*.tgz)" tlslint --version
echo 'fresh clone and package: fine'
