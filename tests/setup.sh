#!/bin/sh
# setup.sh - install what building and testing telex needs.
#
# Knows apt-get, dnf, apk and Homebrew.  Uses sudo only when it is not run
# by root; where nothing can be installed it names the packages.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

debian='gcc libc6-dev autoconf pkg-config libssl-dev libedit-dev
    libcmocka-dev python3 python3-pytest python3-pytest-xdist
    python3-pexpect python3-pyte python3-aiosmtpd postfix openssl tmux
    mandoc pmccabe cppcheck clang clang-tidy clang-format libclang-rt-dev
    valgrind libc6-dbg shellcheck bmake strace git file dovecot-imapd
    dovecot-pop3d dovecot-lmtpd dovecot-managesieved proftpd-core
    proftpd-mod-crypto inspircd prosody slapd ldap-utils postgresql
    mariadb-server-core redis-server nginx-light memcached dictd curl swaks
    libnet-ssleay-perl zsh fish gnutls-bin knot unbound iproute2 telnet
    netcat-openbsd ncat bind9-dnsutils default-jdk-headless
    inetutils-telnetd dante-server microsocks tinyproxy haproxy squid'
fedora='gcc glibc-devel autoconf pkgconf-pkg-config openssl-devel
    libedit-devel libcmocka-devel python3 python3-pip postfix openssl tmux
    mandoc pmccabe cppcheck clang clang-tools-extra compiler-rt libasan
    libubsan valgrind file-libs ShellCheck bmake strace git diffutils
    findutils dovecot dovecot-pigeonhole proftpd prosody openldap-servers
    openldap-clients postgresql-server mariadb-server redis nginx memcached
    zsh fish gnutls-utils knot unbound iproute java-devel haproxy tinyproxy
    squid'
alpine='gcc musl-dev autoconf pkgconf openssl-dev libedit-dev cmocka-dev
    python3 py3-pip postfix openssl tmux mandoc pmccabe cppcheck clang
    clang-extra-tools compiler-rt valgrind libmagic shellcheck bmake strace git
    binutils dovecot dovecot-pop3d dovecot-lmtpd dovecot-pigeonhole-plugin
    proftpd prosody openldap openldap-clients postgresql mariadb redis
    nginx memcached bash zsh fish gnutls-utils knot knot-utils unbound
    iproute2 openjdk17-jdk haproxy tinyproxy microsocks dante-server
    squid'
homebrew='autoconf pkgconf openssl@3 libedit cmocka python3 tmux mandoc
    pmccabe cppcheck llvm shellcheck bmake git fish libmagic'

# Of Debian's: packages, and the services that would run from the next boot.
services='postfix:postfix dovecot-imapd:dovecot proftpd-core:proftpd
    inspircd:inspircd prosody:prosody slapd:slapd postgresql:postgresql
    redis-server:redis-server nginx-light:nginx memcached:memcached
    dictd:dictd knot:knot unbound:unbound inetutils-telnetd:inetutils-inetd
    inetutils-telnetd:inetutils-syslogd dante-server:danted
    tinyproxy:tinyproxy haproxy:haproxy squid:squid'

if command -v apt-get >/dev/null; then
	kind=debian packages=$debian
elif command -v dnf >/dev/null; then
	kind=fedora packages=$fedora
elif command -v apk >/dev/null; then
	kind=alpine packages=$alpine
elif command -v brew >/dev/null; then
	kind=homebrew packages=$homebrew
else
	echo 'no apt-get, dnf, apk or brew is here.  What is needed has' \
	    'these names on Debian:' >&2
	# shellcheck disable=SC2086 # names, one a word
	echo $debian >&2
	exit 1
fi

# Is this package here?
debian_has() {
	case $1 in
	libclang-rt-dev)
		# Where no package has this name, clang brings it along.
		ls /usr/lib/llvm-*/lib/clang/*/lib/linux/*fuzzer* \
		    >/dev/null 2>&1 && return ;;
	default-jdk-headless)
		# Any will do, and they are large.
		command -v javac >/dev/null && return ;;
	esac
	dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null |
	    grep -qx installed
}

fedora_has() {
	rpm -q --quiet --whatprovides "$1"
}

alpine_has() {
	apk info -q -e "$1"
}

homebrew_has() {
	brew list --versions "$1" >/dev/null 2>&1
}

# Install these packages.  Servers come with their services started and
# enabled, but the tests start some of their own on loopback.
debian_install() {
	policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		trap '$sudo rm -f $policy' EXIT
		printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
		$sudo chmod 755 $policy
	fi
	$sudo apt-get -q update
	if command -v debconf-set-selections >/dev/null; then
		echo 'postfix postfix/main_mailer_type select Local only' |
		    $sudo debconf-set-selections
	fi
	names=
	for name in "$@"; do
		if apt-cache show "$name" >/dev/null 2>&1; then
			names="$names $name"
		fi
	done
	# shellcheck disable=SC2086 # names, one a word
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    --no-install-recommends install $names
	for name in $services; do
		case " $names " in
		*" ${name%:*} "*)
			$sudo update-rc.d "${name#*:}" disable || : ;;
		esac
	done
}

# Unpack packages that cannot be installed into a folder of the tree, with
# the libraries they depend on installed: the programs alone are enough.
debian_unpack() {
	folder=$top/.build/$1
	shift
	dir=$(mktemp -d)
	libraries=$(apt-cache depends "$1" |
	    sed -n 's/^ *Depends: \(lib[^ ]*\)$/\1/p' | grep -v -e -perl$)
	# shellcheck disable=SC2086 # names, one a word
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    --no-install-recommends install $libraries
	chmod 755 "$dir"
	(cd "$dir" && apt-get -q -o APT::Sandbox::User=root download "$@")
	mkdir -p "$folder"
	for deb in "$dir"/*.deb; do
		dpkg-deb -x "$deb" "$folder"
	done
	rm -rf "$dir"
}

# INN's own installation wants a name that the whole Internet knows, and to
# run as a service.
debian_inn() {
	debian_unpack inn inn2 inn2-inews
}

# Exim's would put Postfix away.  It insists on the account it was built for.
debian_exim() {
	debian_unpack exim exim4-daemon-heavy
	getent passwd Debian-exim >/dev/null ||
	    $sudo useradd --system --user-group --no-create-home \
		--shell /usr/sbin/nologin Debian-exim
}

# One by one: a name that this release does not know costs that tool alone.
one_by_one() {
	for name in $missing; do
		"$@" "$name" || echo "$name could not be installed" >&2
	done
}

fedora_install() {
	# shellcheck disable=SC2086 # it may be empty
	one_by_one $sudo dnf -y install
}

alpine_install() {
	# shellcheck disable=SC2086 # it may be empty
	one_by_one $sudo apk add
}

homebrew_install() {
	one_by_one brew install
}

# Modules of Python for which there are no packages, in a folder of the tree.
python_modules() {
	python3 -m venv "$top/.build/venv"
	"$top/.build/venv/bin/python3" -m pip -q install pytest pytest-xdist \
	    pexpect pyte aiosmtpd
}

missing=
for name in $packages; do
	if "${kind}_has" "$name"; then
		continue
	fi
	# The machine's own mail server stays; tests that need Postfix then
	# say that they are skipped.
	if [ "$name" = postfix ] && [ -e /usr/sbin/sendmail ]; then
		echo 'postfix is left out: another mail server is here' >&2
		continue
	fi
	missing="$missing $name"
done

sudo=
if [ -z "$missing" ]; then
	echo 'everything needed is installed'
else
	echo "to be installed:$missing"
	if [ "$kind" != homebrew ] && [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			echo 'neither root nor sudo: please install these' >&2
			exit 1
		fi
		sudo=sudo
	fi
	# shellcheck disable=SC2086 # names, one a word
	"${kind}_install" $missing
fi
if [ "$kind" = debian ] && [ ! -x /usr/lib/news/bin/nnrpd ] &&
    [ ! -x "$top/.build/inn/usr/lib/news/bin/nnrpd" ]; then
	debian_inn || echo 'INN could not be had' >&2
fi
if [ "$kind" = debian ] && [ ! -x /usr/sbin/exim4 ] &&
    [ ! -x "$top/.build/exim/usr/sbin/exim4" ]; then
	debian_exim || echo 'Exim could not be had' >&2
fi
if [ "$kind" != debian ] && ! "$top/tests/python" -c '' 2>/dev/null; then
	python_modules
fi
