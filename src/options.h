/* options.h - the command line as a structure.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target.h"
#include "tls.h"

struct buf;
struct fail;
struct proto;
struct scheme;

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };
enum verify { VERIFY_AUTO, VERIFY_REQUIRE };
enum at_eof { EOF_SHUTDOWN, EOF_QUIT, EOF_WAIT, EOF_CLOSE };
enum act { ACT_RUN, ACT_HELP, ACT_VERSION };

/* What options say whatever the target is; for options_target. */
struct given {
	const char *operands[2];
	size_t noperands;
	const char *port;            /* of -p */
	const char *path;            /* of -U */
	const struct proto *proto;   /* of -P or -S=NAME */
	const struct scheme *scheme; /* -P named a scheme ("submissions") */
	bool tls;                    /* -T, or s_client's -connect alone */
};

/*
 * Constant after parsing; strings point into argv, but unix_path into
 * target: after copying the structure set it anew, or call options_target.
 */
struct options {
	enum act act;
	const char *topic; /* of --help=TOPIC, or NULL */

	bool have_target;
	struct target target;  /* host and user as given; service as given */
	const char *unix_path; /* or NULL */
	uint16_t port;         /* resolved; 0 with a Unix socket */
	int family;            /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric;
	const char *source;
	uint16_t source_port;
	int connect_timeout; /* milliseconds, default 30000 */
	int timeout;         /* milliseconds; -1: not given; 0: none */

	const struct proto *proto; /* NULL: not known before the greeting */
	bool proto_given;          /* by -P, a URL or -S=NAME: not a guess */
	bool tls;                  /* from the first byte */
	bool tls_by_port;          /* ... because of the port: say so */
	bool starttls;             /* up front */
	enum verify verify;
	bool require_tls;
	bool show_certs;
	struct tls_plan tls_plan;

	const char **commands; /* of -c, in order */
	size_t ncommands;
	const char **tls_opts; /* what tls_plan.opts borrows */
	const char *file;      /* -f; "-" is stdin */
	bool fail;
	bool pipeline;
	enum at_eof eof;

	bool time;
	enum when color;
	bool raw;
	bool lf;
	bool unstuff;   /* the dots that POP3 and NNTP put before dots go */
	bool imap_tags; /* telex puts the tags before commands */
	bool auto_pong; /* IRC's PING is answered */
	int escape;     /* 0x1d; -1: none */
	bool quiet;
	int verbose;
	bool no_history;

	struct given given;
};

/*
 * Read the command line.  0, or -1 with a sentence (status 2).  Single-dash
 * words of s_client ("-starttls smtp -connect H:P") are understood first.
 */
int options_parse(struct options *o, int argc, char **argv, struct fail *f);
void options_free(struct options *o);

/*
 * Read one target as an operand would be ("smtp://host", "host", "host" and
 * "port"; port may be NULL) into o: `open` at the local prompt.  What -p, -P,
 * -T and -S said holds for it too.  After -1 o is as it was.
 */
int options_target(struct options *o, const char *operand, const char *port,
    struct fail *f);

/* --help: at most 60 lines of 79 columns, made from the table; with a topic
 * its page, -1 if there is none. */
int options_help(struct buf *to, const char *topic);

/* --version. */
void options_version(struct buf *to);

/* The option table, for tests: the i-th long name, NULL behind the last. */
const char *options_name(size_t i);

#endif
