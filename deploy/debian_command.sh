#!/usr/bin/env bash
# Print the path of a command of Debian. When the machine has none, install its package: with apt as root, else
# unpacked with what it needs into the cache folder, which asks for no right.
#   deploy/debian_command.sh PACKAGE COMMAND [CACHE]
set -euo pipefail
package=$1 command=$2 cache=${3:-.cache/debian}

if path=$(command -v "$command"); then
  echo "$path"
  exit
fi
mkdir -p "$cache/lists/partial" "$cache/archives/partial" "$cache/root" "$cache/bin"
cache=$(cd "$cache" && pwd)
wrapper=$cache/bin/$command
exec 9> "$cache/lock"
flock 9
if [ -x "$wrapper" ]; then
  echo "$wrapper"
  exit
fi
export DEBIAN_FRONTEND=noninteractive
if [ "$(id -u)" = 0 ]; then
  apt-get -qq update >&2
  apt-get -qq install -y --no-install-recommends "$package" >&2
  command -v "$command"
  exit
fi
own=(-qq -o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache" -o Debug::NoLocking=1)
apt-get "${own[@]}" update > "$cache/update.log" 2>&1 || { cat "$cache/update.log" >&2; exit 1; }
mapfile -t missing < <(apt-get "${own[@]}" -s --no-install-recommends install "$package" | awk '/^Inst /{print $2}')
(cd "$cache/archives" && apt-get "${own[@]}" download "${missing[@]}" >&2)
for archive in "$cache"/archives/*.deb; do dpkg -x "$archive" "$cache/root"; done
rm -f "$cache"/archives/*.deb
target=$(find "$cache/root" -name "$command" \( -type f -o -type l \) ! -path '*/share/*' | sort -r | head -1)
libraries=$(find "$cache/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
cat > "$wrapper" << END
#!/bin/sh
LD_LIBRARY_PATH="$libraries" exec "$target" "\$@"
END
chmod +x "$wrapper"
echo "$wrapper"
