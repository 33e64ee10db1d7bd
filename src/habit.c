/* SPDX-License-Identifier: ISC */
/* habit.c - what fingers know from other programs. */
#include <stddef.h>

#include "args.h"
#include "habit.h"

/* OpenSSL has no setting for one version, only for the least and most. */
const struct args_word habit_words[] = {
	{ "-connect", NULL, NULL },
	{ "-starttls", "starttls", NULL },
	{ "-crlf", "crlf", NULL },
	{ "-quiet", "quiet", NULL },
	{ "-showcerts", "show-certs", "text" },
	{ "-servername", "servername", NULL },
	{ "-verify_hostname", "verify-name", NULL },
	{ "-alpn", "alpn", NULL },
	{ "-CAfile", "cafile", NULL },
	{ "-CApath", "capath", NULL },
	{ "-cert", "cert", NULL },
	{ "-key", "key", NULL },
	{ "-tls1_2", "tls-opt", "MinProtocol=TLSv1.2" },
	{ "-tls1_2", "tls-opt", "MaxProtocol=TLSv1.2" },
	{ "-tls1_3", "tls-opt", "MinProtocol=TLSv1.3" },
	{ "-tls1_3", "tls-opt", "MaxProtocol=TLSv1.3" },
	{ .word = NULL },
};

static const char no_listening[] = "telex does not listen (-l): it is a client";
static const char no_udp[] = "telex speaks TCP, not UDP";

const struct args_slip habit_slips[] = {
	{ "-l", no_listening },
	{ "--listen", no_listening },
	{ "--udp", no_udp },
	{ "-z", "there is no -z (telex -c QUIT HOST PORT tries a port)" },
	{ "-X", "the kind of a proxy stands in its URL (-x socks5://HOST)" },
	{ .word = NULL },
};
