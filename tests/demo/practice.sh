# practice.sh - a practice server for the scripts of this folder, which source
# it from the tree's top.  It ends with the shell.  Sets telex and tmp.
telex=${TELEX:-./telex}
tmp=$(mktemp -d)
# Not with the settings of whoever looks on.
export XDG_CONFIG_HOME="$tmp"
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# Its notes go to $tmp/notes, its CA's certificate to $tmp/ca.pem.
practice_start() {
	# A reader and writer of its own input: it waits, and reads nothing.
	: >"$tmp/notes"
	mkfifo "$tmp/silence"
	"$telex" --practice --practice-ca="$tmp/ca.pem" <>"$tmp/silence" \
	    >"$tmp/out" 2>"$tmp/notes" &
	server=$!
	practice_await 'practice server on'
}

# Wait for a note.  What it says is not worth more than ten seconds.
practice_await() {
	tries=100
	until grep -q "$1" "$tmp/notes"; do
		tries=$((tries - 1))
		if [ "$tries" -eq 0 ] || ! kill -0 "$server" 2>/dev/null; then
			cat "$tmp/notes" >&2
			echo "the practice server did not say '$1'" >&2
			exit 1
		fi
		sleep 0.1
	done
}

# The port of smtp, pop3, imap.
practice_port() {
	sed -n "1s/.*[ ,]$1 \([0-9]*\).*/\1/p" "$tmp/notes"
}
