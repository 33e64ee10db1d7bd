# telex - for GNU make and BSD make.
#
#	make			build ./telex
#	make check		run all tests
#	make demo		a mail by hand, against a real server
#	make html		the manuals as web pages, in .build/html
#	make install		DESTDIR, prefix, bindir, mandir, datarootdir
#
# The public targets see to it that configure has run, then run make again
# (PASS=2), so that the second pass reads what configure found.

MODULES = src/about.c src/agreed.c src/aim.c src/alert.c src/args.c \
	src/ask.c src/attach.c src/auth.c src/authcmd.c src/bare.c \
	src/begin.c src/begun.c src/binding.c src/buf.c src/candidates.c \
	src/cert.c src/certs.c src/chain.c src/chance.c src/chart.c \
	src/check.c src/choices.c src/cloak.c src/clock.c src/cmdline.c \
	src/command.c src/compose.c src/conn.c src/console.c src/control.c \
	src/craft.c src/cue.c src/cutoff.c src/dane.c src/danecmd.c \
	src/deliver.c src/detour.c src/dialog.c src/dns.c src/dnsmsg.c \
	src/dnstext.c src/draft.c src/draw.c src/drill.c src/easel.c \
	src/editor.c src/enact.c src/errand.c src/esmtp.c src/event.c \
	src/events.c src/explain.c src/fail.c src/feed.c src/ferry.c \
	src/filecmd.c src/fill.c src/fold.c src/guest.c src/habit.c \
	src/handshake.c src/hark.c src/hear.c src/hello.c src/help.c \
	src/herald.c src/hop.c src/hosts.c src/husk.c src/iac.c \
	src/identity.c src/idn.c src/imapverbs.c src/inbox.c src/ink.c \
	src/ircask.c src/ircline.c src/ircverbs.c src/journal.c src/lazy.c \
	src/lesson.c src/line.c src/literal.c src/logfile.c src/lookup.c \
	src/magic.c src/match.c src/mimepart.c src/mimetype.c src/namecmd.c \
	src/negotiate.c src/net.c src/nokey.c src/notepad.c src/offer.c \
	src/options.c src/optlist.c src/optset.c src/outlet.c src/owing.c \
	src/paper.c src/parley.c src/pattern.c src/picture.c src/play.c \
	src/posting.c src/pour.c src/preamble.c src/preface.c src/protos.c \
	src/proxy.c src/publish.c src/purse.c src/queue.c src/quoted.c \
	src/rank.c src/reach.c src/ready.c src/record.c src/redisverbs.c \
	src/relay.c src/replay.c src/replays.c src/reply.c src/report.c \
	src/resolvconf.c src/resume.c src/route.c src/run.c src/sasl.c \
	src/saslprep.c src/saslway.c src/say.c src/score.c src/scram.c \
	src/scramkey.c src/screen.c src/script.c src/seek.c src/serve.c \
	src/session.c src/settings.c src/sheet.c src/shells.c src/shown.c \
	src/signals.c src/sketch.c src/skip.c src/socks.c src/splice.c \
	src/staple.c src/step.c src/stepcmd.c src/stopwatch.c src/stroke.c \
	src/sts.c src/surety.c src/svg.c src/tally.c src/target.c \
	src/telexrc.c src/tell.c src/template.c src/text.c src/titles.c \
	src/tls.c src/tlsa.c src/tlsopt.c src/transcript.c src/trial.c \
	src/trust.c src/tunnel.c src/turns.c src/typing.c src/utter.c \
	src/value.c src/vars.c src/veil.c src/verdict.c src/vet.c \
	src/watch.c src/whole.c src/wire.c src/words.c src/writeall.c \
	src/xml.c src/explain/dict.c src/explain/enhanced.c \
	src/explain/found.c src/explain/ftp.c src/explain/http.c \
	src/explain/imap.c src/explain/irc.c src/explain/nntp.c \
	src/explain/pop3.c src/explain/sieve.c src/explain/smtp.c \
	src/explain/sofar.c src/practice/answer.c src/practice/door.c \
	src/practice/envelope.c src/practice/field.c src/practice/frame.c \
	src/practice/house.c src/practice/imap.c src/practice/imapaddr.c \
	src/practice/imapbody.c src/practice/imapbox.c \
	src/practice/imapcall.c src/practice/imapdate.c \
	src/practice/imapfetch.c src/practice/imapflag.c \
	src/practice/imapin.c src/practice/imapkeys.c \
	src/practice/imaplogin.c src/practice/imapsay.c \
	src/practice/imapsearch.c src/practice/imapsection.c \
	src/practice/imapset.c src/practice/imapstore.c \
	src/practice/imapview.c src/practice/judge.c src/practice/knobs.c \
	src/practice/letter.c src/practice/login.c src/practice/mailbox.c \
	src/practice/mailtext.c src/practice/mime.c src/practice/mimecode.c \
	src/practice/pop3.c src/practice/popdrop.c src/practice/practice.c \
	src/practice/receipt.c src/practice/retort.c src/practice/rules.c \
	src/practice/smtp.c src/practice/verify.c src/practice/visit.c \
	src/practice/vouch.c src/practice/wording.c src/practice/wrong.c \
	src/proto/dict.c src/proto/finger.c src/proto/ftp.c \
	src/proto/gopher.c src/proto/http.c src/proto/imap.c src/proto/irc.c \
	src/proto/ldap.c src/proto/lmtp.c src/proto/memcached.c \
	src/proto/mysql.c src/proto/nntp.c src/proto/policy.c \
	src/proto/pop3.c src/proto/postgres.c src/proto/raw.c \
	src/proto/redis.c src/proto/sieve.c src/proto/smtp.c \
	src/proto/telnet.c src/proto/whois.c src/proto/xmpp.c \
	src/term/bind.c src/term/complete.c src/term/edit.c src/term/half.c \
	src/term/history.c src/term/input.c src/term/keyboard.c \
	src/term/keys.c src/term/layout.c src/term/secret.c src/term/term.c \
	src/term/tty.c
SRCS = src/main.c $(MODULES)
OBJS = $(SRCS:.c=.o)
HDRS = src/about.h src/agreed.h src/aim.h src/alert.h src/args.h \
	src/ask.h src/attach.h src/auth.h src/authcmd.h src/bare.h \
	src/begin.h src/begun.h src/binding.h src/buf.h src/candidates.h \
	src/cert.h src/certs.h src/chain.h src/chance.h src/chart.h \
	src/check.h src/choices.h src/cloak.h src/clock.h src/cmdline.h \
	src/command.h src/compose.h src/conn.h src/console.h src/control.h \
	src/craft.h src/cue.h src/cutoff.h src/dane.h src/danecmd.h \
	src/deliver.h src/detour.h src/dialog.h src/dns.h src/dnsmsg.h \
	src/dnstext.h src/draft.h src/draw.h src/drill.h src/easel.h \
	src/editor.h src/enact.h src/errand.h src/esmtp.h src/event.h \
	src/events.h src/explain.h src/fail.h src/feed.h src/ferry.h \
	src/filecmd.h src/fill.h src/fold.h src/guest.h src/habit.h \
	src/handshake.h src/hark.h src/hear.h src/hello.h src/help.h \
	src/herald.h src/hop.h src/hosts.h src/husk.h src/iac.h \
	src/identity.h src/idn.h src/imapverbs.h src/inbox.h src/ink.h \
	src/ircask.h src/ircline.h src/ircverbs.h src/journal.h src/lazy.h \
	src/lesson.h src/line.h src/literal.h src/logfile.h src/lookup.h \
	src/magic.h src/match.h src/mimepart.h src/mimetype.h src/namecmd.h \
	src/negotiate.h src/net.h src/nokey.h src/notepad.h src/offer.h \
	src/options.h src/optlist.h src/optset.h src/outlet.h src/owing.h \
	src/paper.h src/parley.h src/pattern.h src/picture.h src/play.h \
	src/posting.h src/pour.h src/preamble.h src/preface.h src/proto.h \
	src/protos.h src/proxy.h src/publish.h src/purse.h src/queue.h \
	src/quoted.h src/rank.h src/reach.h src/ready.h src/record.h \
	src/redisverbs.h src/relay.h src/replay.h src/replays.h src/reply.h \
	src/report.h src/resolvconf.h src/resume.h src/route.h src/run.h \
	src/sasl.h src/saslprep.h src/saslway.h src/say.h src/score.h \
	src/scram.h src/scramkey.h src/screen.h src/script.h src/seek.h \
	src/serve.h src/session.h src/settings.h src/sheet.h src/shells.h \
	src/shown.h src/signals.h src/sketch.h src/skip.h src/socks.h \
	src/splice.h src/staple.h src/step.h src/stepcmd.h src/stopwatch.h \
	src/stroke.h src/sts.h src/surety.h src/svg.h src/tally.h \
	src/target.h src/telexrc.h src/tell.h src/template.h src/text.h \
	src/titles.h src/tls.h src/tlsa.h src/tlsopt.h src/transcript.h \
	src/trial.h src/trust.h src/tunnel.h src/turns.h src/typing.h \
	src/utter.h src/value.h src/vars.h src/veil.h src/verdict.h \
	src/vet.h src/watch.h src/whole.h src/wire.h src/words.h \
	src/writeall.h src/xml.h src/explain/codes.h src/explain/found.h \
	src/explain/sofar.h src/practice/answer.h src/practice/door.h \
	src/practice/envelope.h src/practice/field.h src/practice/frame.h \
	src/practice/house.h src/practice/imapaddr.h src/practice/imapbody.h \
	src/practice/imapbox.h src/practice/imapcall.h \
	src/practice/imapdate.h src/practice/imapfetch.h \
	src/practice/imapflag.h src/practice/imapin.h \
	src/practice/imapkeys.h src/practice/imaplogin.h \
	src/practice/imapsay.h src/practice/imapsearch.h \
	src/practice/imapsection.h src/practice/imapset.h \
	src/practice/imapstore.h src/practice/imapview.h \
	src/practice/judge.h src/practice/knobs.h src/practice/letter.h \
	src/practice/login.h src/practice/mailbox.h src/practice/mailtext.h \
	src/practice/mime.h src/practice/mimecode.h src/practice/peer.h \
	src/practice/popdrop.h src/practice/practice.h \
	src/practice/receipt.h src/practice/retort.h src/practice/rules.h \
	src/practice/verify.h src/practice/visit.h src/practice/vouch.h \
	src/practice/wording.h src/practice/wrong.h src/term/bind.h \
	src/term/complete.h src/term/edit.h src/term/half.h \
	src/term/history.h src/term/input.h src/term/keyboard.h \
	src/term/keys.h src/term/layout.h src/term/secret.h src/term/term.h \
	src/term/tty.h

-include src/config.mk

# How long each fuzzer runs in `make fuzz`, in seconds.
FUZZ_SECONDS = 3

DEFS = $(FEATURES) $(CPPFLAGS) -DHAVE_CONFIG_H -Isrc $(LIB_CFLAGS)
COMPILE = $(CC) $(DEFS) $(STANDARD) $(WARN) $(WERROR) $(HARDEN) $(CFLAGS) \
	$(PREFIX_MAP)
LINK = $(HARDEN_LINK) $(LDFLAGS)
ALL_LIBS = $(LIB_LIBS) $(LIBS)

# Where another build of the same sources is made, and what it is made of.
COPY = rm -rf $$dir && mkdir -p $$dir && \
	cp -pR Makefile COPYING README configure.ac configure man src tests \
	    $$dir && \
	cd $$dir && $(MAKE) clean >/dev/null
PARTS = config.status Makefile $(HDRS)

all check check-unit check-style check-e2e check-san check-valgrind lint \
lint-compile lint-cppcheck lint-tidy lint-format lint-man lint-shell fuzz \
bench demo picture install uninstall dist distcheck: config.status
	@GNUMAKEFLAGS=--no-print-directory $(MAKE) PASS=2 $@-2

# `make -j setup check` must not look for tools before they are there; the
# second pass, where this is a target like any other, may do things at once.
.NOTPARALLEL$(PASS):

setup:
	@sh tests/setup.sh

# A plain configure would forget the user's --prefix and CFLAGS.
config.status: configure src/config.h.in src/config.mk.in
	@echo configure
	@if test -f config.status; then \
		sh ./config.status -q --recheck && sh ./config.status -q; \
	else \
		sh ./configure -q; \
	fi

configure: configure.ac
	@command -v autoconf >/dev/null || \
	    { echo 'autoconf is missing: try "make setup"' >&2; exit 1; }
	autoconf
	@touch $@

src/config.h.in: configure.ac
	autoheader
	@touch $@

# mandoc looks which pages are here; the others are linked to elsewhere.
HTML = .build/html
ELSEWHERE = https://man.openbsd.org/%N.%S

html:
	@mkdir -p $(HTML) && cd man && for page in *.[1-9]; do \
		mandoc -T html -O 'man=%N.%S.html;$(ELSEWHERE),toc' $$page \
		    >../$(HTML)/new && \
		sed '/<style>/r style.css' ../$(HTML)/new \
		    >../$(HTML)/$$page.html || exit 1; \
	done && rm ../$(HTML)/new
	@echo $(HTML)/telex.1.html

.PHONY: all setup html clean distclean

# The second pass.

all-2: telex

telex: $(OBJS) $(LAZY_STUBS)
	@echo cc $@
	@$(CC) $(CFLAGS) $(LINK) -o $@ $(OBJS) $(LAZY_STUBS) $(TELEX_LIBS) \
	    $(LIBS)

# Only telex itself loads its libraries late; tests are linked as usual.
src/stubs.inc: $(OBJS) src/lazy.sh
	@NM='$(NM)' READELF='$(READELF)' sh src/lazy.sh $(LAZY) -- $(OBJS) \
	    >$@ || { rm -f $@; exit 1; }

src/stubs.o: src/stubs.S src/stubs.inc $(PARTS)
	@echo cc $@
	@$(COMPILE) -c -o $@ src/stubs.S

.SUFFIXES:
.SUFFIXES: .c .o .test .fuzz

$(OBJS): $(PARTS)

.c.o:
	@echo cc $@
	@$(COMPILE) -c -o $@ $<

# One program per file of unit tests and per fuzzer, with all of telex but
# its main.  cmocka is asked for here: telex itself does not need it.
$(UNITS) $(FUZZERS): $(PARTS) $(MODULES:.c=.o)

.c.test:
	@echo cc $@
	@$(COMPILE) $(CMOCKA_CFLAGS) $(LINK) -o $@ $< $(MODULES:.c=.o) \
	    $(CMOCKA_LIBS) $(ALL_LIBS)

.c.fuzz:
	@echo cc $@
	@$(COMPILE) -fsanitize=fuzzer $(LINK) -o $@ $< $(MODULES:.c=.o) \
	    $(ALL_LIBS)

# The objects are made here: two makes at once would each make some of them,
# one under the eyes of what reads them already.
units: $(MODULES:.c=.o)
	@libs=`pkg-config --libs cmocka 2>/dev/null || echo -lcmocka`; \
	flags=`pkg-config --cflags cmocka 2>/dev/null`; \
	$(MAKE) PASS=2 CMOCKA_CFLAGS="$$flags" CMOCKA_LIBS="$$libs" \
	    UNITS="`find tests/unit -name '*_test.c' | sort | \
	    sed 's/c$$/test/' | tr '\n' ' '`" units-made

units-made: $(UNITS)

fuzzers: $(MODULES:.c=.o)
	@$(MAKE) PASS=2 FUZZERS="`find tests/fuzz -name '*_fuzz.c' | sort | \
	    sed 's/c$$/fuzz/' | tr '\n' ' '`" fuzzers-made

fuzzers-made: $(FUZZERS)

check-2: telex units
	@tests/run unit style e2e

check-unit-2: units
	@tests/run unit

check-style-2: telex
	@tests/run style

check-e2e-2: telex
	@tests/run e2e

# Sanitizers write to files, because a test may not look at what telex prints
# or how it ends.  The tests are told, because a sanitizer needs memory.
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
ASAN_OPTIONS = detect_leaks=1:exitcode=99:verify_asan_link_order=0\
:allocator_may_return_null=1

check-san-2:
	@dir=.build/san; $(COPY) && \
	sh ./configure -q --without-hardening --disable-lazy CC='$(CC)' \
	    CFLAGS='$(SANITIZE)' && \
	$(MAKE) PASS=2 telex units && mkdir reports && \
	TELEX_SANITIZED=1 PYTHON="$${PYTHON:-../venv/bin/python3}" \
	ASAN_OPTIONS="$(ASAN_OPTIONS):log_path=$$PWD/reports/asan" \
	UBSAN_OPTIONS="print_stacktrace=1:log_path=$$PWD/reports/ubsan" \
	tests/run unit e2e; status=$$?; \
	for report in reports/*; do \
		if grep -sqE 'ERROR: |runtime error: ' $$report; then \
			cat $$report; status=1; \
		fi; \
	done; exit $$status

check-valgrind-2: telex
	TELEX=./telex tests/valgrind.sh

# Each checker by itself: `make -k lint` runs all of them.
lint-2: lint-compile-2 lint-cppcheck-2 lint-tidy-2 lint-format-2 lint-man-2 \
lint-shell-2 fuzz-2

lint-compile-2:
	@echo '$(CC) -fanalyzer'
	@printf '%s\n' $(SRCS) | xargs -n 1 -P 2 $(COMPILE) -Werror \
	    -fanalyzer -c -o /dev/null
	@find tests -name '*.c' | \
	xargs -n 1 -P 2 $(COMPILE) -Werror -c -o /dev/null

lint-cppcheck-2:
	@echo cppcheck
	@cppcheck -q --std=c11 --enable=warning,performance,portability \
	    --error-exitcode=1 -Isrc $(FEATURES) -DHAVE_CONFIG_H $(SRCS)

# One at a time: the second file of a run gets false alarms about va_list.
lint-tidy-2:
	@echo clang-tidy
	@printf '%s\n' $(SRCS) | xargs -n 1 -P 2 sh -c \
	    'clang-tidy --quiet "$$@" -- $(DEFS) $(STANDARD) -Wall -Wextra' sh

lint-format-2:
	@echo clang-format
	@find src tests -name '*.[ch]' ! -name config.h | \
	xargs clang-format --dry-run -Werror

# What other manuals there are is the machine's affair.
lint-man-2:
	@echo mandoc
	@! mandoc -T lint -W style man/*.[1-9] 2>&1 | \
	grep -vE 'mandoc\.db|referenced manual not found'

lint-shell-2:
	@echo shellcheck
	@grep -rlE '^#!/(bin/sh|usr/bin/env bash)' .ci src tests | \
	xargs shellcheck -x

fuzz-2:
	@dir=.build/fuzz; $(COPY) && \
	sh ./configure -q --without-hardening --disable-lazy CC=clang \
	    CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' && \
	$(MAKE) PASS=2 fuzzers && mkdir new && \
	for fuzzer in tests/fuzz/*_fuzz.fuzz; do \
		name=`basename $$fuzzer _fuzz.fuzz`; \
		mkdir new/$$name; \
		mkdir -p tests/fuzz/corpus/$$name; \
		echo "$$fuzzer: $(FUZZ_SECONDS) s"; \
		$$fuzzer -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
		    -artifact_prefix=new/$$name- new/$$name \
		    tests/fuzz/corpus/$$name >new/$$name.log 2>&1 || \
		    { cat new/$$name.log; exit 1; }; \
	done

bench-2: telex
	TELEX=./telex tests/bench/run

demo-2: telex
	@tests/demo/run

# What README and the manual show of a session.
picture-2: telex
	@tests/demo/picture README man/session.svg

# Where each shell looks for what completes the words behind "telex".
COMPLETIONS = bash:bash-completion/completions/telex \
	zsh:zsh/site-functions/_telex fish:fish/vendor_completions.d/telex.fish

install-2: telex
	umask 022 && mkdir -p "$(DESTDIR)$(bindir)" \
	    "$(DESTDIR)$(datarootdir)/telex/talk"
	install -m 755 telex "$(DESTDIR)$(bindir)/telex"
	umask 022 && for page in man/*.[1-9]; do \
		dir="$(DESTDIR)$(mandir)/man$${page##*.}" && \
		mkdir -p "$$dir" && \
		install -m 644 "$$page" "$$dir" || exit 1; \
	done
	install -m 644 tests/talk/*.telex \
	    "$(DESTDIR)$(datarootdir)/telex/talk"
	@umask 022; for name in $(COMPLETIONS); do \
		file="$(DESTDIR)$(datarootdir)/$${name#*:}"; \
		shell=$${name%%:*}; \
		./telex --completion=$$shell >/dev/null 2>&1 || \
		    { echo 'telex does not run here: no completions' \
		    'for shells are installed'; break; }; \
		echo "telex --completion=$$shell >$$file"; \
		mkdir -p "$${file%/*}" && \
		./telex --completion=$$shell >"$$file" && \
		chmod 644 "$$file" || exit 1; \
	done

uninstall-2:
	rm -f "$(DESTDIR)$(bindir)/telex"
	for page in man/*.[1-9]; do \
		rm -f "$(DESTDIR)$(mandir)/man$${page##*.}/$${page#man/}"; \
	done
	@for name in $(COMPLETIONS); do \
		file="$(DESTDIR)$(datarootdir)/$${name#*:}"; \
		echo "rm -f $$file"; rm -f "$$file" || exit 1; \
	done
	rm -rf "$(DESTDIR)$(datarootdir)/telex"

# One archive of the commit, plus what autoconf makes of that commit: the
# same commit gives the same bytes.
NAME = telex-$(VERSION)

dist-2:
	rm -rf .build/dist
	umask 022 && mkdir -p .build/dist/src && cd .build/dist && \
	git show HEAD:configure.ac >configure.ac && autoconf && autoheader
	git -c tar.umask=0022 archive --format=tar \
	    --prefix=$(NAME)/src/ --add-file=.build/dist/src/config.h.in \
	    --prefix=$(NAME)/ --add-file=.build/dist/configure \
	    HEAD >.build/dist/$(NAME).tar
	umask 022 && gzip -n -9 <.build/dist/$(NAME).tar >$(NAME).tar.gz

# The tarball builds, passes and goes away again on a machine that has
# neither autoconf nor git, and a second one is the same.
distcheck-2: dist-2
	rm -rf .build/distcheck
	mkdir -p .build/distcheck/bin .build/distcheck/root
	cp $(NAME).tar.gz .build/distcheck
	for tool in autoconf autoheader git; do \
		printf '#!/bin/sh\necho "$$0 was called" >&2\nexit 1\n' \
		    >.build/distcheck/bin/$$tool && \
		chmod 755 .build/distcheck/bin/$$tool || exit 1; \
	done
	cd .build/distcheck && gzip -dc $(NAME).tar.gz | tar -xf - && \
	PATH="$$PWD/bin:$$PATH" && root=$$PWD/root && cd $(NAME) && \
	./configure -q --prefix=/usr && $(MAKE) PASS= all check-unit && \
	$(MAKE) PASS= install DESTDIR="$$root" && \
	"$$root/usr/bin/telex" --version && \
	test -f "$$root/usr/share/man/man1/telex.1" && \
	test -f "$$root/usr/share/man/man5/telex-transcript.5" && \
	test -f "$$root/usr/share/man/man7/telex-tutorial.7" && \
	test -f "$$root/usr/share/telex/talk/relay.telex" && \
	test -s "$$root/usr/share/bash-completion/completions/telex" && \
	test -s "$$root/usr/share/zsh/site-functions/_telex" && \
	test -s "$$root/usr/share/fish/vendor_completions.d/telex.fish" && \
	test -f "$$root/usr/share/telex/talk/lesson-01-send.telex" && \
	$(MAKE) PASS= uninstall DESTDIR="$$root" && \
	test -z "`find $$root ! -type d`" && \
	$(MAKE) PASS= distclean && gzip -dc ../$(NAME).tar.gz | \
	tar -tf - | grep -v '/$$' | sort >../had && \
	(cd .. && find $(NAME) ! -type d | sort) | cmp - ../had
	@$(MAKE) PASS=2 dist-2 >/dev/null
	cmp $(NAME).tar.gz .build/distcheck/$(NAME).tar.gz
	@echo "$(NAME).tar.gz is ready"

clean:
	rm -rf telex .build/san .build/fuzz .build/dist .build/distcheck
	find src tests \( -name '*.o' -o -name '*.test' -o -name '*.fuzz' \
	    -o -name '*.inc' -o -name '*.so' \) -exec rm -f {} +
	find tests -name __pycache__ -prune -exec rm -rf {} +

# A tarball keeps its configure, a checkout can make it again.
distclean: clean
	rm -rf .build .pytest_cache autom4te.cache telex-*.tar.gz
	rm -f config.log config.status src/config.h src/config.mk
	test ! -e .git || rm -f configure 'configure~' src/config.h.in*
