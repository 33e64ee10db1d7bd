/* SPDX-License-Identifier: ISC */
/* nntp.c - the replies of NNTP and its extensions.  Floor 3. */
#include "explain/codes.h"

#define GROUP "RFC 3977, 6.1"
#define ARTICLE "RFC 3977, 6.2"
#define COMMON "RFC 3977, 3.2.1"
#define STREAM "RFC 4644, 2"
#define AUTH "RFC 4643, 2"

static const struct code codes[] = {
	{ "100", "help follows, up to a line of one dot", "RFC 3977, 7.2" },
	{ "101", "abilities follow, up to a line of one dot", "RFC 3977, 5.2" },
	{ "111", "the server's date and time, in UTC", "RFC 3977, 7.1" },
	{ "200", "welcome, and you may post", "RFC 3977, 5.1" },
	{ "201", "welcome, but you may not post", "RFC 3977, 5.1" },
	{ "203", "CHECK and TAKETHIS may be used", "RFC 4644, 2.3" },
	{ "205", "the server says goodbye and closes", "RFC 3977, 5.4" },
	{ "206", "from now on all is compressed", "RFC 8054, 2.2" },
	{ "211", "articles about, first, last, name of the group", GROUP },
	{ "215", "a list follows, up to a line of one dot", "RFC 3977, 7.6" },
	{ "220", "the article follows, up to a line of one dot", ARTICLE },
	{ "221", "the header follows, up to a line of one dot", ARTICLE },
	{ "222", "the body follows, up to a line of one dot", ARTICLE },
	{ "223", "there is such an article", ARTICLE },
	{ "224", "overviews follow, up to a line of one dot", "RFC 3977, 8.3" },
	{ "225", "header lines follow, up to a line of one dot",
	    "RFC 3977, 8.5" },
	{ "230", "new articles follow, up to a line of one dot",
	    "RFC 3977, 7.4" },
	{ "231", "new groups follow, up to a line of one dot",
	    "RFC 3977, 7.3" },
	{ "235", "the article came well", "RFC 3977, 6.3.2" },
	{ "238", "the article is wanted: send it", STREAM },
	{ "239", "the article came well", STREAM },
	{ "240", "the article came well", "RFC 3977, 6.3.1" },
	{ "281", "you are logged in", AUTH },
	{ "283", "you are logged in; the server proves itself too", AUTH },
	{ "335", "send the article, then a line of one dot",
	    "RFC 3977, 6.3.2" },
	{ "340", "send the article, then a line of one dot",
	    "RFC 3977, 6.3.1" },
	{ "381", "now the password", AUTH },
	{ "382", "TLS begins with the next bytes", "RFC 4642, 2.2" },
	{ "383", "a challenge in base64: answer it likewise", AUTH },
	{ "400", "the server closes this connection", COMMON },
	{ "401", "wrong mode: the reply names what switches it", COMMON },
	{ "403", "something failed in the server: try later", COMMON },
	{ "411", "there is no such newsgroup", GROUP },
	{ "412", "no newsgroup is selected", GROUP },
	{ "420", "no article is selected: the group may be empty", ARTICLE },
	{ "421", "there is no next article", "RFC 3977, 6.1.4" },
	{ "422", "there is no article before this one", "RFC 3977, 6.1.3" },
	{ "423", "there is no article of that number here", ARTICLE },
	{ "430", "there is no article of that message-id", ARTICLE },
	{ "431", "not now: offer it again later", STREAM },
	{ "435", "the article is not wanted", "RFC 3977, 6.3.2" },
	{ "436", "it failed: offer it again later", "RFC 3977, 6.3.2" },
	{ "437", "refused: do not offer it again", "RFC 3977, 6.3.2" },
	{ "438", "the article is not wanted", STREAM },
	{ "439", "refused: do not offer it again", STREAM },
	{ "440", "you may not post here", "RFC 3977, 6.3.1" },
	{ "441", "the article was refused", "RFC 3977, 6.3.1" },
	{ "480", "log in before this", COMMON },
	{ "481", "the name or the password was not accepted", AUTH },
	{ "482", "not in this order, or not now", AUTH },
	{ "483", "encryption is needed before this", COMMON },
	{ "500", "the server knows no such command", COMMON },
	{ "501", "the command is known, its arguments are wrong", COMMON },
	{ "502", "not allowed, and logging in does not help", COMMON },
	{ "503", "the server lacks this feature", COMMON },
	{ "504", "that is not base64", COMMON },
	{ "580", "TLS cannot be begun", "RFC 4642, 2.2" },
	{ .word = NULL },
};

static const struct code_more more[] = {
	{ "383", NULL, "^] base64 TEXT makes base64, a lone * gives up" },
	{ "400", ON_GREETING, "not now: connect again later" },
	{ "441", NULL, "often a header is missing: From, Newsgroups, Subject" },
	{ "502", ON_GREETING, "this server is not for you; it closes" },
	{ "502", "STARTTLS", "TLS or a login is there already" },
	{ .word = NULL },
};

static const struct code_as as[] = {
	{ "481", ON_ANSWER, NULL, "not accepted, or given up by a lone *",
	    "RFC 4643, 2.4" },
	{ .word = NULL },
};

static const struct code_next next[] = {
	{ "200", ON_GREETING, NULL, "CAPABILITIES", NULL },
	{ "201", ON_GREETING, NULL, "CAPABILITIES", NULL },
	{ "101", NULL, NULL, "MODE READER", "-MODE READER|-GROUP" },
	{ "200", "MODE READER", NULL, "GROUP", NULL },
	{ "201", "MODE READER", NULL, "GROUP", NULL },
	{ "211", "GROUP", NULL, "ARTICLE", NULL },
	{ "281", NULL, NULL, "GROUP", NULL },
	{ "381", NULL, NULL, "AUTHINFO PASS", NULL },
	{ "401", NULL, NULL, "MODE READER", NULL },
	{ "411", NULL, NULL, "LIST ACTIVE", NULL },
	{ "412", NULL, NULL, "GROUP", NULL },
	{ "420", NULL, NULL, "GROUP", NULL },
	{ "423", NULL, NULL, "LISTGROUP", NULL },
	{ "480", NULL, NULL, "AUTHINFO PASS", "+AUTHINFO USER|-AUTHINFO PASS" },
	{ "480", NULL, NULL, "AUTHINFO USER", NULL },
	{ "481", "AUTHINFO PASS", NULL, "AUTHINFO USER", NULL },
	{ "482", NULL, NULL, "AUTHINFO USER", NULL },
	{ "483", NULL, NULL, "STARTTLS", "-TLS" },
	{ "501", NULL, NULL, "", NULL },
	{ .verb = NULL },
};

static const struct code_mark marks[] = {
	{ "481", "AUTHINFO PASS", "AUTHINFO USER", NULL },
	{ .word = NULL },
};

static const struct code_theory theory = {
	.first = { [1] = "for your information",
	    [2] = "done",
	    [3] = "go on, more is wanted",
	    [4] = "correct, but refused",
	    [5] = "not known, or not allowed" },
	.second = { [0] = "the connection",
	    [1] = "choosing a group",
	    [2] = "choosing an article",
	    [3] = "passing articles on",
	    [4] = "posting",
	    [8] = "who you are",
	    [9] = "private things" },
	.rfc = "RFC 3977, 3.2",
};

const struct codes codes_nntp = {
	.title = "NNTP",
	.protos = { "nntp" },
	.place = CODE_DIGITS,
	.codes = codes,
	.more = more,
	.as = as,
	.next = next,
	.marks = marks,
	.theory = &theory,
};
