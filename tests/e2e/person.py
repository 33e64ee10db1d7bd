# SPDX-License-Identifier: ISC
"""Somebody at a terminal: types, looks at the screen, resizes, hangs up.

`Person` has a pty and a screen emulated by pyte; `Pane` has a real terminal
multiplexer, whose ideas of wide text, reflow and scrollback are not ours.
"""

import fcntl
import os
import re
import select
import shlex
import signal
import struct
import subprocess
import termios
import time

import pyte

WAIT = 30  # seconds that something may take to appear

KEYS = {
    "enter": "\r", "tab": "\t", "escape": "\033", "backspace": "\x7f",
    "up": "\033[A", "down": "\033[B", "right": "\033[C", "left": "\033[D",
    "home": "\033[H", "end": "\033[F", "delete": "\033[3~",
    "pageup": "\033[5~", "pagedown": "\033[6~", "f1": "\033OP",
    "f5": "\033[15~", "ctrl-left": "\033[1;5D", "ctrl-right": "\033[1;5C",
    "mouse": "\033[<0;1;1M", "focus": "\033[I",
    "local": "\035",
}


def control(letter):
    """The byte of ^A, ^C, ^] ..."""
    return chr(ord(letter.upper()) & 0x1f)


def fresh_modes():
    """The modes of a terminal that nothing has touched."""
    master, slave = os.openpty()
    try:
        return termios.tcgetattr(slave)
    finally:
        os.close(master)
        os.close(slave)


class Person:
    """A program under a pty, with what its user would see."""

    def __init__(self, argv, *, env, columns=80, rows=24, cwd=None,
                 controlling=True):
        self.screen = pyte.HistoryScreen(columns, rows, history=5000,
                                         ratio=0.5)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self._looking = True
        self._pressed = 0.0
        self.fd, self.tty = os.openpty()
        os.set_blocking(self.fd, False)
        self._set_size(columns, rows)

        def take_terminal():
            if controlling:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        # self.tty stays open here, so that the modes can be read when the
        # program is gone.
        self.child = subprocess.Popen(
            argv, env=env, cwd=cwd, stdin=self.tty, stdout=self.tty,
            stderr=self.tty, start_new_session=True,
            preexec_fn=take_terminal)
        self._pid = os.pidfd_open(self.child.pid)

    def _set_size(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    # --- what goes in

    def type(self, text):
        """Press these keys; the output is read meanwhile."""
        data = text.encode() if isinstance(text, str) else bytes(text)
        limit = time.monotonic() + 60
        while data:
            assert time.monotonic() < limit, "the program takes no keys"
            readable, writable, _ = select.select([self.fd], [self.fd], [],
                                                  1)
            if readable:
                self._read()
            if writable:
                data = data[os.write(self.fd, data[:4096]):]
                self._pressed = time.monotonic()

    def enter(self, line=""):
        self.type(line + "\r")

    def key(self, name, times=1):
        self.type(KEYS[name] * times)

    def paste(self, text, bracketed=False):
        """Paste as a terminal does: line ends become CR."""
        text = text.replace("\r\n", "\n").replace("\n", "\r")
        if bracketed:
            text = "\033[200~" + text + "\033[201~"
        self.type(text)

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    def signal(self, signo):
        os.kill(self.child.pid, signo)

    def hang_up(self):
        """The terminal goes away."""
        os.close(self.tty)
        self.tty = -1
        os.close(self.fd)
        self.fd = -1

    # --- what comes out

    def _read(self):
        try:
            data = os.read(self.fd, 65536)
        except (BlockingIOError, OSError):
            return False
        if not data:
            return False
        self.raw += data
        self._pressed = 0.0
        if self._looking:
            self._stream.feed(data)
        return True

    def look_away(self, mark, keys=""):
        """Let pass what is shown, while these keys are pressed, until
        these bytes come: a flood is too much for an emulated screen."""
        self._looking = False
        start = len(self.raw)
        self.type(keys)
        limit = time.monotonic() + 60
        while self.raw.find(mark, start) < 0:
            assert time.monotonic() < limit, f"{mark!r} never comes"
            start = max(start, len(self.raw) - len(mark))
            self.pump(0.1)
        self._looking = True

    def pump(self, seconds=0.0):
        """Read for this time, or until something came if it is 0."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        return bool(ready) and self._read()

    @staticmethod
    def _text(line, columns):
        # pyte's own display fails on halves of wide characters.
        return "".join(line[x].data for x in range(columns)).rstrip()

    def rows(self):
        """The rows of the screen, without trailing blanks."""
        return [self._text(self.screen.buffer[y], self.screen.columns)
                for y in range(self.screen.lines)]

    def everything(self):
        """The scrollback and the screen as one text."""
        above = [self._text(line, self.screen.columns)
                 for line in self.screen.history.top]
        return "\n".join(above + self.rows()).rstrip()

    def last(self):
        """The end of it, for messages."""
        return "\n".join(self.everything().splitlines()[-60:])

    @property
    def cursor(self):
        return self.screen.cursor.x, self.screen.cursor.y

    def row(self):
        """The row that the cursor is in."""
        return self.rows()[self.screen.cursor.y]

    def colors(self, text):
        """The foreground colours of the first place that shows this."""
        for y, row in enumerate(self.rows()):
            x = row.find(text)
            if x >= 0:
                return {self.screen.buffer[y][x + i].fg
                        for i in range(len(text))}
        raise AssertionError(f"{text!r} is not on the screen")

    def wait(self, true, what, timeout=WAIT):
        """Read until the condition holds."""
        limit = time.monotonic() + timeout
        while not true():
            left = limit - time.monotonic()
            assert left > 0, f"{what}; the screen shows\n{self.last()}"
            if not self.pump(min(left, 0.1)) and self._ended():
                while self._read():
                    pass
                assert true(), (f"{what}, and the program has ended; "
                                f"the screen shows\n{self.last()}")

    def wait_for(self, text, timeout=WAIT, count=1):
        """Wait until this text was shown (that many times)."""
        self.wait(lambda: self.everything().count(text) >= count,
                  f"no {text!r} x{count}", timeout)

    def wait_match(self, pattern, timeout=WAIT):
        regex = re.compile(pattern, re.M)
        self.wait(lambda: regex.search(self.everything()),
                  f"nothing matches {pattern!r}", timeout)
        return regex.search(self.everything())

    def _seen(self):
        """Is this what the last keys made of it, and not what was there
        before?  Few keys show nothing at all."""
        return self._pressed + 5 < time.monotonic()

    def wait_prompt(self, prompt="smtp> ", timeout=WAIT):
        """Wait for an empty line to type in."""
        self.wait(lambda: self._seen() and self.row() == prompt.rstrip()
                  and self.screen.cursor.x == len(prompt),
                  f"no empty prompt {prompt!r}", timeout)

    def wait_row(self, text, timeout=WAIT):
        """Wait until the cursor's row is this text."""
        self.wait(lambda: self._seen() and self.row() == text.rstrip(),
                  f"the line is {self.row()!r}, not {text!r}", timeout)

    def talk(self, line, answer, prompt="smtp> "):
        """Type a line, see the answer and the next prompt."""
        before = self.everything().count(answer) + line.count(answer)
        self.enter(line)
        self.wait_for(answer, count=before + 1)
        self.wait_prompt(prompt)

    def command(self, command):
        """Give one local command; wait for nothing that it does."""
        self.key("local")
        self.wait_prompt("telex> ")
        self.enter(command)

    def local(self, command, back="smtp> "):
        """Give one local command, and wait for the line that was left."""
        self.command(command)
        if back.startswith("telex>"):
            self.wait_prompt("telex> ")  # where the command is typed, too
            return
        self.wait(lambda: self.row().startswith(back.rstrip()),
                  f"no way back from {command!r}")

    # --- its end

    def _ended(self):
        return self.child.poll() is not None

    def status(self, timeout=WAIT):
        """Wait for the end: an exit status, or minus a signal."""
        limit = time.monotonic() + timeout
        while not self._ended():
            left = limit - time.monotonic()
            assert left > 0, ("the program has not ended; the screen shows\n"
                              + self.last())
            watched = [self._pid] + ([self.fd] if self.fd >= 0 else [])
            ready, _, _ = select.select(watched, [], [], left)
            if self.fd in ready:
                self._read()
        while self.fd >= 0 and self._read():
            pass
        return self.child.returncode

    def modes(self):
        return termios.tcgetattr(self.tty)

    def foreground(self):
        """The process group that reads what is typed."""
        return os.tcgetpgrp(self.fd)

    def assert_terminal_restored(self):
        assert self.modes() == fresh_modes(), "the terminal is left changed"
        on, off = self.raw.rfind(b"\033[?2004h"), self.raw.rfind(b"\033[?2004l")
        assert off > on or on < 0, "bracketed paste is left on"

    def close(self):
        if not self._ended():
            self.signal(signal.SIGKILL)
            self.child.wait()
        for fd in (self.tty, self.fd, self._pid):
            if fd >= 0:
                os.close(fd)


class Pane:
    """A program in a pane of tmux."""

    CONFIG = ("set -g remain-on-exit on\nset -g history-limit 50000\n"
              "set -g status off\nset -g escape-time 0\n"
              "set -g default-terminal screen\n")

    def __init__(self, argv, *, env, folder, columns=80, rows=24):
        self._socket = str(folder / "tmux")
        self._status = folder / "status"
        config = folder / "tmux.conf"
        config.write_text(self.CONFIG)
        self._env = {**env, "TERM": "xterm"}
        setenv = [f"{name}={value}" for name, value in env.items()
                  if name != "TERM"]
        command = shlex.join(["env", *setenv, *argv])
        self._tmux("-f", str(config), "-u", "new-session", "-d",
                   "-x", str(columns), "-y", str(rows),
                   f"{command}; echo $? >{shlex.quote(str(self._status))}")

    def _tmux(self, *words):
        ran = subprocess.run(["tmux", "-S", self._socket, *words],
                             env=self._env, stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=20)
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout.decode(errors="replace")

    def type(self, text):
        data = text.encode() if isinstance(text, str) else bytes(text)
        for start in range(0, len(data), 500):
            piece = data[start:start + 500]
            self._tmux("send-keys", "-H", *(f"{b:02x}" for b in piece))

    def enter(self, line=""):
        self.type(line + "\r")

    def key(self, name, times=1):
        self.type(KEYS[name] * times)

    def resize(self, columns, rows):
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def rows(self):
        return [row.rstrip() for row in
                self._tmux("capture-pane", "-p").split("\n")]

    def everything(self, joined=False):
        """The scrollback and the screen; `joined` undoes wrapping."""
        flags = "-pJ" if joined else "-p"
        text = self._tmux("capture-pane", flags, "-S", "-")
        return "\n".join(row.rstrip() for row in text.split("\n")).rstrip()

    @property
    def cursor(self):
        x, y = self._tmux("display-message", "-p",
                          "#{cursor_x} #{cursor_y}").split()
        return int(x), int(y)

    def wait(self, true, what, timeout=WAIT):
        limit = time.monotonic() + timeout
        while not true():
            assert time.monotonic() < limit, (
                f"{what}; the pane shows\n{self.everything()[-3000:]}")
            time.sleep(0.03)

    def wait_for(self, text, timeout=WAIT, count=1):
        self.wait(lambda: self.everything(True).count(text) >= count,
                  f"no {text!r} x{count}", timeout)

    def settled(self):
        """The pane's text once two looks agree."""
        before = None
        limit = time.monotonic() + WAIT
        while (now := (self.everything(), self.cursor)) != before:
            assert time.monotonic() < limit, "the pane never settles"
            before = now
            time.sleep(0.25)
        return now[0]

    def status(self, timeout=WAIT):
        # Asked of the shell: tmux may miss its child's end.
        self.wait(lambda: self._status.exists()
                  and self._status.read_text().endswith("\n"),
                  "the program has not ended", timeout)
        return int(self._status.read_text())

    def close(self):
        subprocess.run(["tmux", "-S", self._socket, "kill-server"],
                       env=self._env, stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=20)
