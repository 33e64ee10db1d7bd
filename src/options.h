/* options.h - the command line as a structure.  Floor 6. */
/* SPDX-License-Identifier: ISC */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preface.h"
#include "proxy.h"
#include "target.h"
#include "tls.h"

struct fail;
struct proto;
struct scheme;
struct settings;
struct vars;

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };
enum certs { CERTS_NONE, CERTS_TEXT, CERTS_JSON, CERTS_PEM };
enum verify { VERIFY_AUTO, VERIFY_REQUIRE, VERIFY_DANE };
enum at_eof { EOF_SHUTDOWN, EOF_QUIT, EOF_WAIT, EOF_CLOSE };
enum act { ACT_RUN, ACT_HELP, ACT_VERSION, ACT_COMPLETION };
enum shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH };
enum match { MATCH_STATUS, MATCH_CLASS, MATCH_TEXT };

/* What --check measures: microseconds of all, of the slowest reply, days. */
enum measure { MEASURE_TIME, MEASURE_REPLY, MEASURE_DAYS, MEASURES };

struct limit {
	int64_t warn, crit; /* -1: none */
};

/* What options say whatever the target is; for options_target. */
struct given {
	const char **operands; /* in order, as they are */
	size_t noperands;
	const char *port;            /* of -p */
	const char *path;            /* of -U */
	const char *mx;              /* of -m */
	const struct proto *proto;   /* of -P or -S=NAME */
	const struct scheme *scheme; /* -P named a scheme ("submissions") */
	bool tls;                    /* -T, or s_client's -connect alone */
	bool starttls;               /* -S */
};

/*
 * Constant after parsing; strings point into argv, but unix_path into
 * target: after copying the structure set it anew, or call options_target.
 */
struct options {
	enum act act;
	const char *topic; /* of --help=TOPIC, or NULL */
	enum shell shell;  /* of --completion */

	bool have_target;
	struct target target;  /* host and user as given; service as given */
	const char *unix_path; /* or NULL */
	uint16_t port;         /* resolved; 0 with a Unix socket */
	bool by_mx;            /* one of the target's mail exchangers */
	bool srv;              /* of --srv */
	const char *service;   /* what SRV records call it; NULL without */
	const char *dns;       /* a name server, "ADDR[:PORT]", or NULL */
	int family;            /* AF_UNSPEC, AF_INET, AF_INET6 */
	const char *user;      /* of -u; also put into the target */
	bool numeric;
	struct proxy proxy;
	struct preface preface; /* the PROXY protocol's */
	bool telnet;            /* Telnet's commands are refused */
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
	enum certs show_certs;
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
	enum when explain; /* what replies mean */
	bool raw;
	bool lf;
	bool unstuff;   /* the dots that POP3 and NNTP put before dots go */
	bool imap_tags; /* telex puts the tags before commands */
	bool auto_pong; /* IRC's PING is answered */
	int escape;     /* 0x1d; -1: none */
	bool quiet;
	int verbose;
	bool no_history;

	bool replay;        /* play `files` */
	bool replay_none;   /* ... or only draw them */
	const char **files; /* of the operands, "-" is stdin */
	size_t nfiles;
	const char *serve;    /* a transcript whose server we are, or NULL */
	const char *serve_ca; /* where its CA goes, or NULL */
	uint16_t serve_port;  /* 0: any that is free */
	const char **sets;    /* NAME=VALUE, each with a good name */
	size_t nsets;
	int secrets_fd; /* lines NAME=VALUE come from there; -1: none */
	bool practice;  /* be a mail server too */
	const char *practice_where; /* or NULL */
	const char *practice_ca;    /* where its CA goes, or NULL */
	const char **practice_knobs;
	size_t npractice_knobs;
	const char **practice_rules;
	size_t npractice_rules;
	enum match match;
	bool tap;
	bool json;
	const char *junit; /* a file, or NULL */
	int jobs;          /* 1 to 64 */
	bool check;        /* is it there and well? */
	int interval;      /* of checks, milliseconds; 0: one */
	struct limit limits[MEASURES];
	bool days_given; /* one of days is the user's */
	bool step;
	int speed;        /* characters a second; 0: as fast as it goes */
	const char *log;  /* as record_open takes it, or NULL */
	bool force;       /* ... over a file that is there */
	const char *draw; /* a file, or NULL */

	struct given given;

	struct vars *purse; /* secrets of the environment, or NULL */

	bool no_rc;
	struct settings *settings; /* of telexrc that may hold, or NULL */
	struct options *before;    /* ... as options were without them */
};

/*
 * Read one target as an operand would be ("smtp://host", "host", "host" and
 * "port"; port may be NULL) into o: `open` at the local prompt.  What -p, -P,
 * -T and -S said holds for it too.  After -1 o is as it was.
 */
int options_target(struct options *o, const char *operand, const char *port,
    struct fail *f);

void options_free(struct options *o);

#endif
