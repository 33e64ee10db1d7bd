/* SPDX-License-Identifier: ISC */
/* mimetype.c - the media type of a file. */
#include <string.h>

#include "buf.h"
#include "magic.h"
#include "mimepart.h"
#include "mimetype.h"
#include "text.h"

/* As IANA has registered them; what is sent by mail, no more. */
static const struct suffix {
	const char *suffix, *type;
} suffixes[] = {
	{ "7z", "application/x-7z-compressed" },
	{ "aac", "audio/aac" },
	{ "asc", "text/plain" },
	{ "avi", "video/x-msvideo" },
	{ "avif", "image/avif" },
	{ "bin", "application/octet-stream" },
	{ "bmp", "image/bmp" },
	{ "bz2", "application/x-bzip2" },
	{ "c", "text/plain" },
	{ "conf", "text/plain" },
	{ "css", "text/css" },
	{ "csv", "text/csv" },
	{ "diff", "text/x-diff" },
	{ "doc", "application/msword" },
	{ "docx",
	    "application/"
	    "vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "eml", "application/octet-stream" }, /* see mimepart_is_bare */
	{ "epub", "application/epub+zip" },
	{ "flac", "audio/flac" },
	{ "gif", "image/gif" },
	{ "gz", "application/gzip" },
	{ "h", "text/plain" },
	{ "heic", "image/heic" },
	{ "htm", "text/html" },
	{ "html", "text/html" },
	{ "ico", "image/vnd.microsoft.icon" },
	{ "ics", "text/calendar" },
	{ "jpeg", "image/jpeg" },
	{ "jpg", "image/jpeg" },
	{ "js", "text/javascript" },
	{ "json", "application/json" },
	{ "log", "text/plain" },
	{ "m4a", "audio/mp4" },
	{ "md", "text/markdown" },
	{ "mkv", "video/matroska" },
	{ "mov", "video/quicktime" },
	{ "mp3", "audio/mpeg" },
	{ "mp4", "video/mp4" },
	{ "odp", "application/vnd.oasis.opendocument.presentation" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "ogg", "audio/ogg" },
	{ "opus", "audio/ogg" },
	{ "p7s", "application/pkcs7-signature" },
	{ "patch", "text/x-diff" },
	{ "pdf", "application/pdf" },
	{ "pem", "application/x-pem-file" },
	{ "png", "image/png" },
	{ "ppt", "application/vnd.ms-powerpoint" },
	{ "pptx",
	    "application/"
	    "vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ "ps", "application/postscript" },
	{ "py", "text/x-python" },
	{ "rtf", "application/rtf" },
	{ "sh", "application/x-sh" },
	{ "sig", "application/pgp-signature" },
	{ "svg", "image/svg+xml" },
	{ "tar", "application/x-tar" },
	{ "tgz", "application/gzip" },
	{ "tif", "image/tiff" },
	{ "tiff", "image/tiff" },
	{ "txt", "text/plain" },
	{ "vcf", "text/vcard" },
	{ "wav", "audio/wav" },
	{ "webm", "video/webm" },
	{ "webp", "image/webp" },
	{ "xls", "application/vnd.ms-excel" },
	{ "xlsx",
	    "application/vnd.openxmlformats-officedocument.spreadsheetml."
	    "sheet" },
	{ "xml", "application/xml" },
	{ "xz", "application/x-xz" },
	{ "yaml", "application/yaml" },
	{ "yml", "application/yaml" },
	{ "zip", "application/zip" },
	{ "zst", "application/zstd" },
};

const char *
mimetype_suffix(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	/* ".txt" is a hidden file of that name. */
	if (dot == NULL || dot == name || dot[-1] == '/')
		return NULL;
	for (i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		if (text_is(dot + 1, strlen(dot + 1), suffixes[i].suffix))
			return suffixes[i].type;
	}
	return NULL;
}

const char *
mimetype_charset(const char *p, size_t n, bool whole)
{
	/* What is not seen may be anything. */
	const char *charset = whole ? "us-ascii" : "utf-8";
	size_t i = 0;

	while (i < n) {
		uint32_t code;
		int len = text_utf8(p + i, n - i, &code);

		if (len < 0)
			return NULL;
		/* The last one may be cut. */
		if (len == 0)
			return whole ? NULL : charset;
		if (len > 1)
			charset = "utf-8";
		i += (size_t)len;
	}
	return charset;
}

/* Has this no controls but those of text? */
static bool
is_text(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((unsigned char)p[i] < ' ' &&
		    (p[i] == '\0' || strchr("\t\n\f\r", p[i]) == NULL))
			return false;
	}
	return mimetype_charset(p, n, false) != NULL;
}

const char *
mimetype_guess(struct buf *to, const char *name, const char *p, size_t n)
{
	const char *type = mimetype_suffix(name);
	struct buf found = { 0 };
	bool fits;

	if (type != NULL) {
		buf_adds(to, type);
		return "by its suffix";
	}
	fits = n > 0 && magic_type(&found, p, n);
	buf_add(&found, "", 1);
	/* "inode/x-empty" is nothing that can be sent. */
	fits = fits && mimepart_is_type(buf_bytes(&found)) &&
	    !mimepart_is_bare(buf_bytes(&found));
	if (fits)
		buf_adds(to, buf_bytes(&found));
	buf_free(&found);
	if (fits)
		return "by libmagic";
	buf_adds(to,
	    n > 0 && is_text(p, n) ? "text/plain" : "application/octet-stream");
	return "by its contents";
}
