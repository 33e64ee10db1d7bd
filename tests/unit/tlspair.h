/* SPDX-License-Identifier: ISC */
/* tlspair.h - a client of telex's and a server, in memory. */
#ifndef TLSPAIR_H
#define TLSPAIR_H

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "fail.h"
#include "pair.h"
#include "tls.h"

struct tlspair {
	SSL_CTX *ctx, *server_ctx;
	SSL *client, *server;
};

/* Connect them; the server's context is the pair's from now on. */
static inline void
tlspair_begin(struct tlspair *p, const struct tls_plan *plan, const char *host,
    SSL_CTX *server_ctx)
{
	struct fail f = { STATUS_OK, "" };

	p->server_ctx = server_ctx;
	p->ctx = tls_context(plan, &f);
	if (p->ctx == NULL)
		fail_msg("%s", f.text);
	p->client = tls_client(p->ctx, plan, host, &f);
	if (p->client == NULL)
		fail_msg("%s", f.text);
	p->server = SSL_new(server_ctx);
	pair_join(p->client, p->server);
}

static inline void
tlspair_end(struct tlspair *p)
{
	SSL_free(p->client);
	SSL_free(p->server);
	tls_free(p->ctx);
	SSL_CTX_free(p->server_ctx);
	ERR_clear_error();
}

#endif
