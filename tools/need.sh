# SPDX-License-Identifier: BSL-1.0
# Sourced by the scripts of this folder and by .ci/run.

# need PACKAGE...: has apt install those that are missing. Elsewhere than on Debian: says what is needed, and goes on.
need() {
    local package missing=() sudo=()
    if ! command -v apt-get > /dev/null; then
        echo "This is no Debian: please see to it that the likes of these are there: $*" >&2
        return
    fi
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2> /dev/null | grep -qx installed || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    echo "== installing ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}
