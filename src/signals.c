/* SPDX-License-Identifier: ISC */
/* signals.c - the one place that changes what no struct owns. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "signals.h"

static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
	SIGCONT, SIGWINCH };

enum { CAUGHT = sizeof caught / sizeof caught[0] };

/* A handler gets nothing but a number: what it needs has to be here. */
static struct {
	volatile sig_atomic_t waits[CAUGHT];
	volatile sig_atomic_t any;
	volatile sig_atomic_t guarded;
	struct sigaction before[CAUGHT];
	struct termios saved;
	void (*rescue)(void);
	bool open;
	bool at_exit;
	int fd; /* of the guarded terminal */
	int pipe[2];
} state;

void
signals_restore(void)
{
	/* Ends bracketed paste, which the modes know nothing of. */
	static const char off[] = "\033[?2004l";
	int error = errno;

	if (!state.guarded)
		return;
	state.guarded = 0;
	if (write(state.fd, off, sizeof off - 1) >= 0 || errno != EIO)
		tcsetattr(state.fd, TCSANOW, &state.saved);
	errno = error;
}

void
signals_guard(int fd, const struct termios *saved)
{
	state.guarded = 0;
	if (saved == NULL)
		return;
	if (!state.at_exit)
		state.at_exit = atexit(signals_restore) == 0;
	state.fd = fd;
	state.saved = *saved;
	state.guarded = 1;
}

static void
die_now(int signo)
{
	signals_restore();
	if (state.rescue != NULL)
		state.rescue();
	signal(signo, SIG_DFL);
	raise(signo);
}

static void
handler(int signo)
{
	int error = errno;
	size_t i = 0;

	while (i + 1 < CAUGHT && caught[i] != signo)
		i++;
	if (signo == SIGINT && state.waits[i])
		die_now(signo);
	state.waits[i] = 1;
	state.any = 1;
	/* A full pipe is readable already: nothing is lost. */
	if (write(state.pipe[1], "", 1) < 0)
		errno = error;
	errno = error;
}

static int
open_pipe(void)
{
	int i;

	if (pipe(state.pipe) != 0)
		return -1;
	for (i = 0; i < 2; i++) {
		if (fcntl(state.pipe[i], F_SETFD, FD_CLOEXEC) != 0 ||
		    fcntl(state.pipe[i], F_SETFL, O_NONBLOCK) != 0) {
			close(state.pipe[0]);
			close(state.pipe[1]);
			return -1;
		}
	}
	return 0;
}

int
signals_open(void (*rescue)(void))
{
	size_t i;

	if (state.open)
		return 0;
	if (open_pipe() != 0)
		return -1;
	state.rescue = rescue;
	state.open = true;
	for (i = 0; i < CAUGHT; i++) {
		state.waits[i] = 0;
		sigaction(caught[i], NULL, &state.before[i]);
	}
	signals_return();
	return 0;
}

void
signals_return(void)
{
	struct sigaction act = { .sa_handler = handler };
	size_t i;

	sigemptyset(&act.sa_mask);
	act.sa_flags = SA_RESTART;
	for (i = 0; i < CAUGHT; i++) {
		if (state.before[i].sa_handler != SIG_IGN)
			sigaction(caught[i], &act, NULL);
	}
}

void
signals_lend(void)
{
	struct sigaction none = { .sa_handler = SIG_IGN };
	size_t i;

	sigemptyset(&none.sa_mask);
	for (i = 0; i < CAUGHT; i++) {
		if (caught[i] == SIGINT || caught[i] == SIGQUIT ||
		    caught[i] == SIGTSTP)
			sigaction(caught[i], &none, NULL);
	}
}

void
signals_child(void)
{
	size_t i;

	for (i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &state.before[i], NULL);
}

int
signals_fd(void)
{
	return state.open ? state.pipe[0] : -1;
}

static int
take(void)
{
	size_t i;

	for (i = 0; i < CAUGHT; i++) {
		if (state.waits[i]) {
			state.waits[i] = 0;
			return caught[i];
		}
	}
	return 0;
}

int
signals_next(void)
{
	char bytes[64];
	int signo;

	if (!state.any)
		return 0;
	signo = take();
	if (signo != 0)
		return signo;
	/* None is left: empty the pipe, then look at who came meanwhile. */
	state.any = 0;
	while (read(state.pipe[0], bytes, sizeof bytes) > 0)
		continue;
	signo = take();
	if (signo != 0)
		state.any = 1;
	return signo;
}

void
signals_close(void)
{
	if (!state.open)
		return;
	signals_child();
	close(state.pipe[0]);
	close(state.pipe[1]);
	state.open = false;
	state.any = 0;
}

static void
unblock(int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void
signals_die(int signo)
{
	signals_restore();
	signal(signo, SIG_DFL);
	unblock(signo);
	raise(signo);
	_exit(128 + signo);
}

void
signals_stop(void)
{
	struct sigaction before;
	struct sigaction plain = { .sa_handler = SIG_DFL };
	size_t i;

	sigemptyset(&plain.sa_mask);
	sigaction(SIGTSTP, &plain, &before);
	unblock(SIGTSTP);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	/* We know that we go on. */
	for (i = 0; i < CAUGHT; i++) {
		if (caught[i] == SIGCONT)
			state.waits[i] = 0;
	}
}
