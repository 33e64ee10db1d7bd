/* SPDX-License-Identifier: ISC */
/* peer.c - the server that telex is measured against. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>

enum { BLOCK = 262144 };

/* One connection. */
struct client {
	int fd;
	SSL *ssl; /* NULL: plain */
	char *block;
};

static ssize_t
client_read(struct client *c)
{
	if (c->ssl != NULL)
		return SSL_read(c->ssl, c->block, BLOCK);
	return read(c->fd, c->block, BLOCK);
}

/* All of it or false; a short write is a full socket buffer. */
static bool
client_write(struct client *c, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t put = c->ssl != NULL ? SSL_write(c->ssl, p, (int)n) :
					       write(c->fd, p, n);

		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

/* Take everything, then say how much that was. */
static void
sink(struct client *c, size_t bytes)
{
	char text[64];
	size_t sum = 0;
	ssize_t n;

	(void)bytes;
	while ((n = client_read(c)) > 0)
		sum += (size_t)n;
	client_write(c, text,
	    (size_t)snprintf(text, sizeof text, "%zu\r\n", sum));
}

/* Send this many bytes of lines. */
static void
source(struct client *c, size_t bytes)
{
	size_t i;

	for (i = 0; i < BLOCK; i++)
		c->block[i] = i % 64 == 62 ? '\r' : i % 64 == 63 ? '\n' : 'x';
	for (; bytes > BLOCK; bytes -= BLOCK) {
		if (!client_write(c, c->block, BLOCK))
			return;
	}
	client_write(c, c->block, bytes);
}

/* Mail data, up to a dot that ends a block: the client waits then. */
static bool
take_data(struct client *c)
{
	char tail[] = "...\r\n";
	ssize_t n, i;

	while ((n = client_read(c)) > 0) {
		for (i = n < 5 ? 0 : n - 5; i < n; i++) {
			memmove(tail, tail + 1, 4);
			tail[4] = c->block[i];
		}
		if (memcmp(tail, "\r\n.\r\n", 5) == 0)
			return true;
	}
	return false;
}

static bool
answer(struct client *c, const char *text)
{
	return client_write(c, text, strlen(text));
}

/* A mail server that agrees to everything, one command at a time. */
static void
lines(struct client *c, size_t bytes)
{
	ssize_t n;
	bool good = answer(c, "220 localhost ESMTP\r\n");

	(void)bytes;
	while (good && (n = client_read(c)) > 0) {
		if (n >= 4 && memcmp(c->block, "QUIT", 4) == 0) {
			answer(c, "221 bye\r\n");
			break;
		}
		if (n >= 4 && memcmp(c->block, "DATA", 4) == 0)
			good = answer(c, "354 go on\r\n") && take_data(c);
		good = good && answer(c, "250 2.0.0 OK\r\n");
	}
}

static const struct mode {
	const char *name;
	void (*serve)(struct client *c, size_t bytes);
} modes[] = {
	{ "sink", sink },
	{ "source", source },
	{ "lines", lines },
};

static void
serve(int fd, SSL_CTX *tls, const struct mode *mode, size_t bytes)
{
	struct client c = { .fd = fd, .block = malloc(BLOCK) };
	int one = 1;
	bool good = c.block != NULL;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (good && tls != NULL) {
		c.ssl = SSL_new(tls);
		good = c.ssl != NULL && SSL_set_fd(c.ssl, fd) == 1 &&
		    SSL_accept(c.ssl) == 1;
	}
	if (good)
		mode->serve(&c, bytes);
	if (c.ssl != NULL) {
		SSL_shutdown(c.ssl);
		SSL_free(c.ssl);
	}
	/* Without this, unread bytes would make the end a reset. */
	shutdown(fd, SHUT_WR);
	while (good && read(fd, c.block, BLOCK) > 0)
		;
	close(fd);
	free(c.block);
}

/* A listening socket on a free port of the loopback, which is printed. */
static int
listen_somewhere(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		return -1;
	printf("%u\n", (unsigned)ntohs(a.sin_port));
	return fflush(stdout) == 0 ? fd : -1;
}

static SSL_CTX *
tls_context(const char *file)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	if (tls == NULL || SSL_CTX_use_certificate_chain_file(tls, file) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, file, SSL_FILETYPE_PEM) != 1) {
		fprintf(stderr, "peer: no certificate in %s\n", file);
		exit(1);
	}
	return tls;
}

/* peer sink|source|lines BYTES [CERTIFICATE]: one connection at a time. */
int
main(int argc, char **argv)
{
	const struct mode *mode = modes;
	SSL_CTX *tls = argc > 3 ? tls_context(argv[3]) : NULL;
	size_t bytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	int fd, client;

	while (mode < modes + 3 && argc > 1 && strcmp(mode->name, argv[1]) != 0)
		mode++;
	if (argc < 3 || mode == modes + 3 || (fd = listen_somewhere()) < 0)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	while ((client = accept(fd, NULL, NULL)) >= 0)
		serve(client, tls, mode, bytes);
	return 0;
}
