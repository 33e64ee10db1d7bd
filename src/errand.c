/* SPDX-License-Identifier: ISC */
/* errand.c - another program has the terminal for a while. */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "errand.h"
#include "outlet.h"
#include "signals.h"
#include "term/term.h"

static void
become(const char *const argv[])
{
	char *words[8];
	size_t n = 0;

	/* execv promises to leave them alone, but its type does not. */
	while (argv[n] != NULL && n + 1 < sizeof words / sizeof words[0])
		n++;
	memcpy(words, argv, n * sizeof words[0]);
	words[n] = NULL;
	signals_child();
	if (n > 0)
		execv(words[0], words);
	_exit(127);
}

/* Wait for its end.  When it stops we stop too, but not before it has: a
 * shell that took the terminal at once would leave it half restored. */
static int
await(pid_t pid)
{
	int status = 0;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno != EINTR)
				return 0;
		} else if (WIFSTOPPED(status)) {
			signals_stop();
			/* It may be in a group of its own, as a shell is. */
			kill(pid, SIGCONT);
		} else {
			return status;
		}
	}
}

int
errand_run(struct outlet *o, struct term *t, const char *const argv[])
{
	int status, error;
	pid_t pid;

	outlet_flush(o);
	term_lend(t);
	signals_lend();
	pid = fork();
	error = errno;
	if (pid == 0)
		become(argv);
	status = pid > 0 ? await(pid) : 0;
	signals_return();
	term_return(t);
	errno = error;
	if (pid < 0)
		return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
