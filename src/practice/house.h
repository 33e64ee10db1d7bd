/* house.h - the process that is the practice server.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef HOUSE_H
#define HOUSE_H

struct door;
struct knobs;
struct rules;

/* All is borrowed. */
struct house_plan {
	struct door *doors; /* DOORS of them, open */
	const struct knobs *knobs;
	const struct rules *rules;
	const char *names; /* that the certificate bears, commas between */
	int tell;          /* a socket to telex; the end of it is ours too */
};

/* Serve until there is nobody to serve for.  SIGPIPE has to be ignored. */
void house_run(const struct house_plan *plan);

#endif
