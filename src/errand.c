/* SPDX-License-Identifier: ISC */
/* errand.c - another program has the terminal for a while. */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
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

int
errand_run(struct outlet *o, struct term *t, const char *const argv[])
{
	int status = 0, error;
	pid_t pid;

	outlet_flush(o);
	term_lend(t);
	signals_lend();
	pid = fork();
	error = errno;
	if (pid == 0)
		become(argv);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	signals_return();
	term_return(t);
	errno = error;
	if (pid < 0)
		return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
