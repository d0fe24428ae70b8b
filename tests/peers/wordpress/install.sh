#!/usr/bin/env bash
# Puts what the tests against a real WordPress need onto a Debian, as root: PHP, MariaDB and WordPress, all Debian's own.
# WordPress itself is only unpacked, so that no web server comes with it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-/var/tmp/samklang-wordpress}
export DEBIAN_FRONTEND=noninteractive

apt-get update -qq
apt-get install -y -qq --no-install-recommends php-cli php-mysql php-xml php-mbstring mariadb-server-core mariadb-client-core >/dev/null
rm -rf "$dir" && mkdir -p "$dir/packages"
chmod 777 "$dir/packages"
theme=$(apt-cache depends wordpress | grep -o 'wordpress-theme-[a-z0-9]*' | head -1)
(cd "$dir/packages" && apt-get download -q wordpress "$theme" >/dev/null)
for package in "$dir"/packages/*.deb; do dpkg-deb -x "$package" "$dir/unpacked"; done
cp -rL "$dir/unpacked/usr/share/wordpress" "$dir/site" 2>/dev/null || true # links to packages that are not needed
rm -rf "$dir/site/wp-config.php" "$dir/site/.htaccess" "$dir/site/wp-content"
mkdir -p "$dir/site/wp-content/themes" "$dir/site/wp-content/plugins"
cp -r "$dir"/unpacked/var/lib/wordpress/wp-content/themes/* "$dir/site/wp-content/themes/"
cp "$here/wp-config.php" "$dir/site/"
rm -rf "$dir/packages" "$dir/unpacked"
echo "WordPress is ready in $dir"
