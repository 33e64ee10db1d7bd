#!/bin/sh
# lazy.sh - list what objects need of libraries, in the words of stubs.S:
#
#	lazy.sh LIBRARY... -- OBJECT...
#
# Each LIBRARY is a file that is shared; it is loaded by the name that it
# gives itself.  Variables of libraries are not listed: they would have to
# be there from the start.
set -eu
NM=${NM:-nm} READELF=${READELF:-readelf}

libraries=
while [ "$1" != -- ]; do
	libraries="$libraries $1"
	shift
done
shift

# A line of nm is a name and the kind of its symbol.  All is read before any
# of it is believed: a list that ends early would be a telex without some of
# its functions.
symbols=$($NM -P "$@")
for file in $libraries; do
	header=$($READELF -d "$file")
	symbols="$symbols
$(printf '%s\n' "$header" | sed -n 's/.*SONAME.*\[\(.*\)\].*/= \1/p')
$($NM -P -D "$file")"
done

printf '%s\n' "$symbols" | awk '
$1 == "=" {
	soname = $2
	id = soname
	gsub(/[^A-Za-z0-9]/, "_", id)
	begun = 0
	next
}
soname == "" {
	if ($2 == "U")
		needed[$1] = 1
	else
		ours[$1] = 1
	next
}
# Not a version that is only there for old programs.
$2 ~ /^[TWi]$/ && $1 !~ /[^@]@[^@]/ {
	name = $1
	sub(/@@.*/, "", name)
	if (!(name in needed) || name in ours)
		next
	delete needed[name]
	if (!begun++)
		printf "\tlibrary %s, \"%s\"\n", id, soname
	printf "\t%s %s, %s\n", name ~ /_free$/ ? "release" : "function",
	    id, name
}'
