/* SPDX-License-Identifier: ISC */
/* secret.c - a line that nobody sees. */
#include <stdbool.h>
#include <wchar.h>

#include "buf.h"
#include "term/edit.h"
#include "term/input.h"
#include "term/keyboard.h"
#include "term/keys.h"
#include "term/secret.h"

static void
erase_last(struct buf *line)
{
	while (line->len > 0 &&
	    ((unsigned char)buf_bytes(line)[line->len - 1] & 0xc0) == 0x80)
		line->len--;
	if (line->len > 0)
		line->len--;
}

/* One key of a secret; true when it ends. */
static bool
secret_key(struct edit *e, uint32_t key, struct buf *line)
{
	wchar_t c = (wchar_t)key;

	switch (key) {
	case '\r':
	case '\n':
		return true;
	case 'D' & 0x1f:
		return line->len == 0;
	case '\b':
	case 0x7f:
		erase_last(line);
		return false;
	case 'U' & 0x1f:
		buf_wipe(line);
		return false;
	case KEY_INSERT:
		buf_add(line, buf_bytes(e->insert), e->insert->len);
		buf_wipe(e->insert);
		return false;
	default:
		if (key == '\t' || (key >= 0x20 && key < KEY_UP) ||
		    key > KEY_LAST)
			keys_bytes(line, &c, 1);
		return false;
	}
}

static enum secret_end
read_keys(struct keyboard *k, struct buf *line)
{
	enum secret_end end = SECRET_LINE;
	bool done = false;
	uint32_t key;

	while (!done) {
		if (keyboard_key(k, &key) == 1) {
			if (k->local >= 0 && key == (uint32_t)k->local)
				return SECRET_LOCAL;
			done = secret_key(k->edit, key, line);
			if (done && key == ('D' & 0x1f))
				end = SECRET_EOF;
		} else if (k->why == KEYBOARD_LINES) {
			done = input_line(k->input, line) == INPUT_LINE;
		} else {
			end = SECRET_NONE;
			done = true;
		}
		input_settle(k->input);
		input_wipe(k->input);
	}
	return end;
}

enum secret_end
secret_read(struct keyboard *k, struct buf *kept, struct buf *line)
{
	enum secret_end end;

	buf_wipe(line);
	buf_add(line, buf_bytes(kept), kept->len);
	buf_wipe(kept);
	buf_wipe(k->edit->insert);
	edit_blind(k->edit, true);
	edit_show(k->edit);
	end = read_keys(k, line);
	if (end == SECRET_LOCAL ||
	    (end == SECRET_NONE && k->why == KEYBOARD_ABANDONED))
		edit_hide(k->edit);
	else
		edit_leave(k->edit);
	edit_blind(k->edit, false);
	if (end == SECRET_LOCAL)
		buf_add(kept, buf_bytes(line), line->len);
	return end;
}
