#!/bin/sh
# SPDX-License-Identifier: ISC
#
# One scripted and one typed session, both with STARTTLS or a whole mail and
# a real server, under valgrind: fails on any error or definite leak.
# $TELEX names the binary (default: ./telex at the tree's top).

set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
TELEX=$(realpath "${TELEX:-$top/telex}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/telex" <<EOF
#!/bin/sh
exec valgrind -q --error-exitcode=99 --leak-check=full \\
    --errors-for-leak-kinds=definite --show-leak-kinds=definite \\
    --child-silent-after-fork=yes --log-file="$dir/log.%p" "$TELEX" "\$@"
EOF
chmod +x "$dir/telex"

e2e=$top/tests/e2e
if ! TELEX=$dir/telex /usr/bin/python3 -m pytest -q -p no:cacheprovider \
    "$e2e/test_script.py::test_starttls_in_a_script_protects_the_mail" \
    "$e2e/test_typing.py::test_typed_mail_arrives"; then
	cat "$dir"/log.* >&2
	exit 1
fi
if [ -n "$(cat "$dir"/log.*)" ]; then
	cat "$dir"/log.* >&2
	exit 1
fi
