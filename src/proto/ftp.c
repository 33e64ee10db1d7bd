/* SPDX-License-Identifier: ISC */
/* ftp.c - FTP's control connection (RFC 959, RFC 4217).  Floor 4. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "proto.h"
#include "reply.h"
#include "text.h"
#include "words.h"

static const struct scheme schemes[] = {
	{ "ftp", 21, false },
	{ "ftps", 990, true },
	{ NULL, 0, false },
};

static const struct verb verbs[] = {
	{ "USER", "USER name", "say who you are", "RFC 959, 4.1.1", NULL, 0 },
	{ "PASS", "PASS password", "the password of that user",
	    "RFC 959, 4.1.1", NULL, VERB_SECRET },
	{ "ACCT", "ACCT account", "the account to be charged", "RFC 959, 4.1.1",
	    NULL, VERB_SECRET },
	{ "CWD", "CWD directory", "change the directory", "RFC 959, 4.1.1",
	    NULL, 0 },
	{ "CDUP", "CDUP", "change to the directory above", "RFC 959, 4.1.1",
	    NULL, 0 },
	{ "SMNT", "SMNT directory", "mount another file system",
	    "RFC 959, 4.1.1", NULL, 0 },
	/* RFC 4217, section 11: it ends TLS as well. */
	{ "REIN", "REIN", "begin again, as if just connected", "RFC 959, 4.1.1",
	    NULL, VERB_PLAIN },
	{ "QUIT", "QUIT", "end the session", "RFC 959, 4.1.1", NULL, VERB_END },
	{ "PORT", "PORT h1,h2,h3,h4,p1,p2",
	    "where the server is to open the data connection", "RFC 959, 4.1.2",
	    NULL, 0 },
	{ "PASV", "PASV", "ask where to open the data connection",
	    "RFC 959, 4.1.2", NULL, 0 },
	{ "TYPE", "TYPE A|E|I|L [N|T|C|size]",
	    "how files are sent: A as text, I byte by byte", "RFC 959, 4.1.2",
	    NULL, 0 },
	{ "STRU", "STRU F|R|P", "what files are: F a row of bytes",
	    "RFC 959, 4.1.2", NULL, 0 },
	{ "MODE", "MODE S|B|C", "how data is framed: S as a stream",
	    "RFC 959, 4.1.2", NULL, 0 },
	{ "RETR", "RETR file", "fetch a file over the data connection",
	    "RFC 959, 4.1.3", NULL, 0 },
	{ "STOR", "STOR file", "store a file from the data connection",
	    "RFC 959, 4.1.3", NULL, 0 },
	{ "STOU", "STOU", "store it under a name that is new", "RFC 959, 4.1.3",
	    NULL, 0 },
	{ "APPE", "APPE file", "add to the end of a file", "RFC 959, 4.1.3",
	    NULL, 0 },
	{ "ALLO", "ALLO bytes [R record]", "make room for what will be stored",
	    "RFC 959, 4.1.3", NULL, 0 },
	{ "REST", "REST offset", "begin the next transfer there", "RFC 3659, 5",
	    NULL, 0 },
	{ "RNFR", "RNFR file", "rename this file; RNTO must follow",
	    "RFC 959, 4.1.3", NULL, 0 },
	{ "RNTO", "RNTO file", "its new name", "RFC 959, 4.1.3", NULL, 0 },
	{ "ABOR", "ABOR", "give up the transfer", "RFC 959, 4.1.3", NULL, 0 },
	{ "DELE", "DELE file", "delete a file", "RFC 959, 4.1.3", NULL, 0 },
	{ "RMD", "RMD directory", "remove a directory", "RFC 959, 4.1.3", NULL,
	    0 },
	{ "MKD", "MKD directory", "make a directory", "RFC 959, 4.1.3", NULL,
	    0 },
	{ "PWD", "PWD", "which directory is this?", "RFC 959, 4.1.3", NULL, 0 },
	{ "LIST", "LIST [file]", "list files over the data connection",
	    "RFC 959, 4.1.3", NULL, 0 },
	{ "NLST", "NLST [directory]", "list names over the data connection",
	    "RFC 959, 4.1.3", NULL, 0 },
	{ "SITE", "SITE command", "what only this server has", "RFC 959, 4.1.3",
	    NULL, 0 },
	{ "SYST", "SYST", "which operating system is this?", "RFC 959, 4.1.3",
	    NULL, 0 },
	{ "STAT", "STAT [file]", "the state of the server, or of a file",
	    "RFC 959, 4.1.3", NULL, 0 },
	{ "HELP", "HELP [command]", "the server's own help", "RFC 959, 4.1.3",
	    NULL, 0 },
	{ "NOOP", "NOOP", "do nothing, but answer", "RFC 959, 4.1.3", NULL, 0 },
	{ "FEAT", "FEAT", "what can the server do?", "RFC 2389, 3", NULL,
	    VERB_HELLO },
	{ "OPTS", "OPTS command [options]", "how a command is to behave",
	    "RFC 2389, 4", NULL, 0 },
	{ "AUTH TLS", "AUTH TLS", "go on under TLS", "RFC 4217, 4", NULL,
	    VERB_UPGRADE },
	{ "AUTH TLS-C", "AUTH TLS-C", "the old name of AUTH TLS",
	    "RFC 4217, 17", NULL, VERB_UPGRADE },
	{ "AUTH TLS-P", "AUTH TLS-P", "AUTH TLS, with PROT P in it",
	    "RFC 4217, 17", NULL, VERB_UPGRADE },
	{ "AUTH SSL", "AUTH SSL", "the old name of AUTH TLS-P", "RFC 4217, 17",
	    NULL, VERB_UPGRADE },
	{ "AUTH", "AUTH mechanism", "begin to protect the connection",
	    "RFC 2228, 3", NULL, 0 },
	{ "ADAT", "ADAT base64", "what that mechanism has to say",
	    "RFC 2228, 3", NULL, VERB_SECRET },
	{ "PBSZ", "PBSZ 0", "the size of protected blocks: 0 under TLS",
	    "RFC 4217, 8", NULL, 0 },
	{ "PROT", "PROT C|P",
	    "protect data connections (P), or leave them clear (C)",
	    "RFC 4217, 9", NULL, 0 },
	{ "CCC", "CCC", "end TLS here: plain text again", "RFC 4217, 12.3",
	    NULL, VERB_PLAIN },
	{ "MIC", "MIC base64", "a command that cannot be forged", "RFC 2228, 3",
	    NULL, 0 },
	{ "CONF", "CONF base64", "a command that cannot be read", "RFC 2228, 3",
	    NULL, 0 },
	{ "ENC", "ENC base64", "a command that cannot be forged or read",
	    "RFC 2228, 3", NULL, 0 },
	{ "EPRT", "EPRT |1 or 2|address|port|", "PORT for IPv6 as well",
	    "RFC 2428, 2", NULL, 0 },
	{ "EPSV", "EPSV [1|2|ALL]", "PASV for IPv6 as well", "RFC 2428, 3",
	    NULL, 0 },
	{ "LPRT", "LPRT af,hal,h1,...,pal,p1,...", "PORT, long forgotten",
	    "RFC 1639", NULL, 0 },
	{ "LPSV", "LPSV", "PASV, long forgotten", "RFC 1639", NULL, 0 },
	{ "MDTM", "MDTM file", "when was this file changed?", "RFC 3659, 3",
	    NULL, 0 },
	{ "SIZE", "SIZE file", "how many bytes would it be?", "RFC 3659, 4",
	    NULL, 0 },
	{ "MLST", "MLST [file]", "facts about one file, in the reply",
	    "RFC 3659, 7", NULL, 0 },
	{ "MLSD", "MLSD [directory]", "facts about files, as data",
	    "RFC 3659, 7", NULL, 0 },
	{ "LANG", "LANG [language]", "the language of the replies",
	    "RFC 2640, 4", NULL, 0 },
	{ "HOST", "HOST name", "which of the hosts here is meant",
	    "RFC 7151, 3", NULL, 0 },
	{ "XCUP", "XCUP", "the old name of CDUP", "RFC 959, appendix II", NULL,
	    0 },
	{ "XMKD", "XMKD directory", "the old name of MKD",
	    "RFC 959, appendix II", NULL, 0 },
	{ "XPWD", "XPWD", "the old name of PWD", "RFC 959, appendix II", NULL,
	    0 },
	{ "XRMD", "XRMD directory", "the old name of RMD",
	    "RFC 959, appendix II", NULL, 0 },
	{ .word = NULL },
};

/*
 * RFC 959, section 4.2: a reply that began with "220-" goes on up to the line
 * that bears the same code and a blank, whatever stands between them.
 */
static struct judged
ftp_judge(struct hold *h, const struct asked *a, const char *line, size_t len)
{
	struct judged j = { 0 };
	bool same, dash = len > 3 && line[3] == '-';

	(void)a;
	reply_status(&j, line, len);
	same = j.code == h->code;
	if (h->code == 0) {
		j.more = j.code != 0 && dash;
	} else {
		j.more = !same || dash;
		if (!same)
			j.word_len = 0;
		j.code = h->code;
		j.class = reply_class_of(j.code);
	}
	h->code = j.more ? j.code : 0;
	j.closes = j.code == 221 || j.code == 421;
	return j;
}

/* What stands behind the command's word and one blank is secret. */
static void
ftp_ask(struct asked *a, struct wants *w, const char *line, size_t len)
{
	size_t at = text_blanks(line, len);

	at += text_word(line + at, len - at);
	if ((a->flags & VERB_SECRET) != 0 && at < len)
		w->secret = at + 1;
}

static bool
ftp_agrees(const struct asked *a, const char *line, size_t len)
{
	(void)a;
	return reply_code(line, len) == 234 && (len == 3 || line[3] == ' ');
}

/* Is the word there, as a part of another one too? */
static bool
has(const char *line, size_t len, const char *word)
{
	size_t at;

	for (at = 0; at < len; at++) {
		if (text_begins(line + at, len - at, word))
			return true;
	}
	return false;
}

/* 120 says that the greeting will come later. */
static int
ftp_greets(const char *line, size_t len)
{
	int code = reply_code(line, len);

	if (code != 220 && code != 120 &&
	    reply_class_of(code) < CLASS_TRANSIENT)
		return 0;
	if (has(line, len, "SMTP"))
		return 1;
	return has(line, len, "FTP") || has(line, len, "FileZilla") ? 2 : 1;
}

/* "AUTH SSL;TLS;": several in one line, as some servers write it. */
static void
learn_auth(struct words *w, const char *p, size_t n)
{
	while (n > 0) {
		const char *end = memchr(p, ';', n);
		size_t part = end == NULL ? n : (size_t)(end - p);
		char word[64];

		if (part > 0 && part < 50) {
			int len = snprintf(word, sizeof word, "AUTH %.*s",
			    (int)part, p);

			words_add(w, word, (size_t)len);
		}
		part += end != NULL;
		p += part;
		n -= part;
	}
}

/* RFC 2389, section 3.2: each begins with a blank; older servers repeat the
 * code. */
static void
ftp_learn(struct words *w, const struct asked *a, const struct judged *j,
    const char *line, size_t len)
{
	if (a->verb == NULL || strcmp(a->verb->word, "FEAT") != 0 ||
	    j->class != CLASS_OK)
		return;
	if (j->first)
		words_clear(w);
	if (j->first || !j->more || len == 0)
		return;
	if (line[0] != ' ' && j->word_len == 0)
		return;
	line += j->word_len + 1;
	len -= j->word_len + 1;
	if (text_begins(line, len, "AUTH "))
		learn_auth(w, line + 5, len - 5);
	else
		words_add(w, line, len);
}

/* "227 ... h1,h2,h3,h4,p1,p2": servers differ in what is around them. */
static bool
remark_227(const char *text, struct buf *to)
{
	char out[100];
	unsigned v[6] = { 0 };
	size_t i, n;

	while (*text != '\0') {
		if (sscanf(text, "%3u,%3u,%3u,%3u,%3u,%3u", &v[0], &v[1], &v[2],
			&v[3], &v[4], &v[5]) == 6)
			break;
		n = strspn(text, "0123456789");
		text += n > 0 ? n : 1;
	}
	if (*text == '\0')
		return false;
	for (i = 0; i < 6; i++) {
		if (v[i] > 255)
			return false;
	}
	snprintf(out, sizeof out,
	    "data connection at %u.%u.%u.%u port %u; telex opens none", v[0],
	    v[1], v[2], v[3], v[4] << 8 | v[5]);
	buf_adds(to, out);
	return true;
}

/* RFC 2428, section 3: "(|||port|)", with any character for "|". */
static bool
remark_229(const char *text, struct buf *to)
{
	const char *open = strchr(text, '(');
	char out[100], d[2] = "";
	unsigned long port;
	size_t n;

	if (open == NULL || open[1] == '\0' || open[2] != open[1] ||
	    open[3] != open[1])
		return false;
	d[0] = open[1];
	n = strcspn(open + 4, d);
	if (n == 0 || n > 5 || open[4 + n] == '\0')
		return false;
	snprintf(out, sizeof out, "%.*s", (int)n, open + 4);
	if (text_number(out, 1, 65535, &port) < 0)
		return false;
	snprintf(out, sizeof out,
	    "data connection at port %lu of this server; telex opens none",
	    port);
	buf_adds(to, out);
	return true;
}

static bool
ftp_remark(const struct asked *a, const char *line, size_t len, struct buf *to)
{
	int code = reply_code(line, len);
	char text[200];

	(void)a;
	if ((code != 227 && code != 229) || len >= sizeof text)
		return false;
	memcpy(text, line, len);
	text[len] = '\0';
	return code == 227 ? remark_227(text + 3, to) :
			     remark_229(text + 3, to);
}

const struct proto proto_ftp = {
	.name = "ftp",
	.title = "File Transfer Protocol (the control connection)",
	.schemes = schemes,
	.verbs = verbs,
	.judge = ftp_judge,
	.ask = ftp_ask,
	.greets = ftp_greets,
	.agrees = ftp_agrees,
	.learn = ftp_learn,
	.remark = ftp_remark,
	.hello = "FEAT",
	.upgrade = "AUTH TLS",
	.offer = "AUTH TLS",
	.quit = "QUIT",
};
