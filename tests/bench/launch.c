/* SPDX-License-Identifier: ISC */
/* launch.c - run a program, and write down what it took. */
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/*
 * launch REPORT PROGRAM [ARGUMENT ...]: seconds, maximum resident set and
 * status go to the file REPORT.  A new program inherits the size that its
 * parent had as its own maximum, so the parent has to be a small one.
 */
int
main(int argc, char **argv)
{
	struct timespec start, end;
	struct rusage usage;
	int status;
	FILE *report;
	pid_t pid;

	if (argc < 3)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &end);
	report = fopen(argv[1], "w");
	if (report == NULL)
		return 1;
	fprintf(report, "%.9f %ld %d\n",
	    (double)(end.tv_sec - start.tv_sec) +
		(double)(end.tv_nsec - start.tv_nsec) / 1e9,
	    usage.ru_maxrss,
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return fclose(report) == 0 ? 0 : 1;
}
