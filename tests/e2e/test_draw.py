# SPDX-License-Identifier: ISC
"""A transcript as a sequence diagram."""

import itertools
import re
import stat
import xml.etree.ElementTree as ElementTree

import pytest

from fakes import Fake, Strict

SVG = "{http://www.w3.org/2000/svg}"
LETTER, HEIGHT = 8, 13  # what a letter of 13 pixels takes at most
A4 = 717                # pixels of its width that browsers print on

SESSION = """\
# telex transcript 1
<connect smtp://mail.example.org:587>
# +0.021 s
S: 220 mail.example.org ESMTP ready
C: EHLO client.example.org
# +0.040 s
S: 250-mail.example.org
S: 250 STARTTLS
C: STARTTLS
# +0.061 s
S: 220 2.0.0 Ready to start TLS
# +0.104 s
<TLS verified: TLSv1.3 TLS_AES_256_GCM_SHA384, mail.example.org>
C$ AUTH PLAIN ${secret:1}
# +0.804 s
S: 235 2.7.0 Authentication successful
C: MAIL FROM:<alice@example.org>
C: RCPT TO:<nobody@example.net>
C: RCPT TO:<carol@example.net>
S: 250 2.1.0 Ok
S: 550 5.1.1 <nobody@example.net>: no such user
S: 451 4.7.1 <carol@example.net>: Greylisted, see https://example.net/?a=1&b=2
C: DATA
# +1.804 s
S: 354 End data with <CR><LF>.<CR><LF>
C: Subject: Hello
C:
C: Hello Bob.
C: .
# +95.000 s
S: 250 2.0.0 Ok: queued
C: QUIT
S: 221 2.0.0 Bye
<closed>
"""


@pytest.fixture
def draw(telex, tmp_path):
    """draw(transcript, ".svg") -> the picture."""
    numbers = itertools.count()

    def make(transcript, suffix=".svg", *words):
        if isinstance(transcript, str):
            transcript = transcript.encode()
        source = tmp_path / "a.telex"
        to = tmp_path / (str(next(numbers)) + suffix)
        source.write_bytes(transcript)
        ran = telex.run(f"--draw={to}", "--replay=none", *words, source)
        assert (ran.status, ran.out, ran.err) == (0, b"", "")
        return to.read_bytes()
    return make


def parsed(svg):
    return ElementTree.fromstring(svg)


def texts(root):
    """Every <text>, with the edges of its box: left, top, right, bottom."""
    for element in root.iter(SVG + "text"):
        text = "".join(element.itertext())
        small = "time" in element.get("class", "").split()
        width = len(text) * LETTER * (11 / 13 if small else 1)
        x, y = float(element.get("x")), float(element.get("y"))
        shift = {"middle": width / 2, "end": width}
        x -= shift.get(element.get("text-anchor"), 0)
        yield text, (x, y - HEIGHT * 0.8, x + width, y + HEIGHT * 0.2)


def said(root):
    return [text.strip() for text, _ in texts(root)]


def test_is_one_document_for_everybody(draw):
    svg = draw(SESSION)
    root = parsed(svg)
    assert root.tag == SVG + "svg"
    assert root.get("role") == "img"
    ids = {e.get("id"): e.text for e in root.iter() if e.get("id")}
    named = root.get("aria-labelledby").split()
    assert ids[named[0]] == "telex and mail.example.org"
    assert ids[named[1]] == ("telex talks to mail.example.org (smtp, port "
                             "587): 8 commands, 2 refused.")
    assert root.find(SVG + "title").get("id") == named[0]
    assert root.find(SVG + "desc").get("id") == named[1]
    x, y, width, height = map(float, root.get("viewBox").split())
    assert (x, y) == (0, 0)
    assert width == float(root.get("width")) <= A4
    assert height == float(root.get("height"))
    assert not re.search(rb"<script|href|url\(|@import|<!|\son\w+=", svg)


def test_shows_what_was_said(draw):
    lines = said(parsed(draw(SESSION)))
    assert lines[0] == "mail.example.org"
    assert lines[1:3] == ["telex", "smtp, port 587"]
    for line in ("220 mail.example.org ESMTP ready", "250 STARTTLS",
                 "AUTH PLAIN ********", "MAIL FROM:<alice@example.org>",
                 "550 5.1.1 <nobody@example.net>: no such user",
                 "TLSv1.3 TLS_AES_256_GCM_SHA384, mail.example.org, verified",
                 "... 2 more lines", "closed by the server", "+0.804 s",
                 "451 4.7.1 <carol@example.net>: Greylisted, see https://..."):
        assert lines.count(line) == 1, line
    assert not any("secret" in line for line in lines)


def test_plain_form(draw):
    picture = draw(SESSION, ".txt").decode("ascii").split("\n")
    assert max(map(len, picture)) <= 79
    row, = (n for n, line in enumerate(picture) if "STARTTLS -" in line)
    assert picture[row:row + 3] == [
        "           |--- STARTTLS " + "-" * 50 + ">|",
        " +0.061 s  |<-- 220 2.0.0 Ready to start TLS " + "-" * 31 + "|",
        " +0.104 s ||== TLSv1.3 TLS_AES_256_GCM_SHA384, mail.example.org, "
        "verified ==||"]
    assert picture[-3:] == ["            !  refused for now",
                            "            X  refused", ""]


def test_texts_do_not_overlap(draw):
    many = "".join(f"C: {'W' * n}\nS: 250-{'W' * n}\nS: 250 ok\n# +{n}.5 s\n"
                   for n in range(0, 90, 3))
    many += "C: HELP\n" + "S: 250-a\n" * 30 + "S: 250 a\n" + many
    for transcript in (SESSION, "<connect smtp://" + "m" * 60 + ".example>\n"
                       "S: 220 x ESMTP\n" + many):
        root = parsed(draw(transcript))
        boxes = list(texts(root))
        for text, (left, top, right, bottom) in boxes:
            assert left >= 0 and top >= 0, text
            assert right <= float(root.get("width")), text
            assert bottom <= float(root.get("height")), text
        for i, (text, a) in enumerate(boxes):
            for other, b in boxes[i + 1:]:
                assert (a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1]
                        or b[3] <= a[1]), (text, other)


# --- bytes of all kinds


def test_hostile_bytes(draw):
    line = bytes(n for n in range(1, 256) if n not in b"\n\r")
    pieces = [line[i:i + 8] for i in range(0, len(line), 8)]
    pieces += ["\u202e\u2066".encode(), "\ufffe\uffff".encode(), b"\xed\xa0"
               b"\x80", "\u2028\u200b\ufeff".encode(), b"]]>&amp;<!--</text>",
               b"<script>alert(1)</script>", "漢字 grüße שלום".encode()]
    transcript = b"".join(b"C: " + piece + b"\nS: " + piece + b"\n"
                          for piece in pieces).replace(b"C: <", b"C$ <")
    root = parsed(draw(b"S: 220 x ESMTP\n" + transcript))
    shown = "".join(root.itertext())
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f"
                         "\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
                         "\ufffe\uffff]", shown)
    lines = said(root)
    for line in ("]]>&amp;<!--</text>", "<script>alert(1)</script>",
                 "漢字 grüße שלום", "\\u{202E}\\u{2066}"):
        assert line in lines
    assert all(e.tag != SVG + "script" for e in root.iter())


def test_plain_form_is_ascii(draw):
    picture = draw("S: 220 x ESMTP\nC: grüße 漢\n", ".txt")
    assert b"--- gr\\u{FC}\\u{DF}e \\u{6F22} --" in picture


def test_a_large_mail_stays_a_page(draw):
    mail = "C: " + "A" * 76 + "\n"
    root = parsed(draw("S: 220 x ESMTP\nC: DATA\nS: 354 go\nC: Subject: a\n"
                       + mail * 50000 + "C: .\nS: 250 ok\n"))
    assert "... 50000 more lines" in said(root)
    assert float(root.get("height")) < 400


# --- what is told by colour is told by something else, too


def arrows(root):
    """The attributes of each reply's line, and the path of its sign."""
    looks = {}
    for group in root.iter(SVG + "g"):
        paths = group.findall(SVG + "path")
        if paths and "stroke" in paths[0].attrib and len(paths) == 2:
            name = group.get("class")
            looks.setdefault(name, [None, None])[0] = (
                paths[0].get("stroke-width"),
                paths[0].get("stroke-dasharray"))
        if group.find(SVG + "title") is not None:
            looks.setdefault(group.get("class"), [None, None])[1] = (
                group.find(SVG + "title").text, paths[0].get("d"),
                paths[1].get("d"))
    return looks


def test_no_class_is_told_by_colour_alone(draw):
    looks = arrows(parsed(draw(SESSION)))
    classes = ("ok", "more", "temp", "perm")
    assert len({looks[name][0] for name in classes}) == 4
    assert len({looks[name][1] for name in classes}) == 4
    assert [looks[name][1][0] for name in classes] == [
        "accepted", "go on", "refused for now", "refused"]


def luminance(color):
    channels = (int(color[i:i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928
                        else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    """WCAG 2.1, "contrast ratio"."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_wcag_aa(draw):
    style = parsed(draw(SESSION)).find(SVG + "style").text
    rule = re.compile(r"\.telex ?\.?([\w-]*)\{color:(#[0-9a-f]{6})\}")
    screen, rest = style.split("@media screen and "
                               "(prefers-color-scheme:dark)")
    dark, paper = rest.split("@media print")
    for block in (screen, dark, paper):
        colors = dict(rule.findall(block))
        assert len(colors) == 12
        for ground in ("paper", "safe", "unsafe"):
            for name in ("", "faint", "ok", "more", "temp", "perm"):
                assert contrast(colors[name], colors[ground]) >= 4.5
            assert contrast(colors["life"], colors[ground]) >= 3
        for edge in ("safe-edge", "unsafe-edge"):
            assert contrast(colors[edge], colors["paper"]) >= 3


# --- time and TLS


def place(root, line):
    top, = (box[1] for text, box in texts(root) if text.strip() == line)
    return top


def test_time_goes_down_the_page(draw):
    def gap(seconds):
        root = parsed(draw(f"S: 220 x ESMTP\n# +1.000 s\nC: NOOP\n"
                           f"# +{1 + seconds:.3f} s\nS: 250 ok\n"))
        return place(root, "250 ok") - place(root, "NOOP")

    gaps = [gap(seconds) for seconds in (0, 0.001, 0.5, 1, 1.9, 30, 80000)]
    assert gaps == sorted(gaps)
    assert gaps[0] == gaps[1] < gaps[2] < gaps[3] < gaps[4]
    assert gaps[5] == gaps[6]
    assert gaps[2] - gaps[0] == pytest.approx((gaps[3] - gaps[0]) / 2, abs=1)


def test_tls_is_shaded(draw):
    for mode, name in ((" verified", "safe"), ("", "unsafe")):
        root = parsed(draw(SESSION.replace("TLS verified", "TLS" + mode)))
        shade, = (e for e in root.iter(SVG + "rect")
                  if e.get("class") == name)
        edge, = (e for e in root.iter(SVG + "rect")
                 if e.get("class") == name + "-edge")
        top = float(shade.get("y"))
        bottom = top + float(shade.get("height"))
        assert place(root, "220 2.0.0 Ready to start TLS") < top - HEIGHT
        assert top < place(root, "AUTH PLAIN ********")
        assert place(root, "221 2.0.0 Bye") < bottom - HEIGHT
        assert bottom < place(root, "closed by the server")
        assert (edge.get("stroke-dasharray") is None) == (name == "safe")
        verdict = "mail.example.org, verified" if mode else "..., not verified"
        assert any(line.startswith("TLSv1.3 ") and line.endswith(verdict)
                   for line in said(root))


# --- files


def test_what_is_there_is_kept(telex, tmp_path):
    source, to = tmp_path / "a.telex", tmp_path / "a.svg"
    source.write_text(SESSION)
    to.write_text("precious")
    ran = telex.run(f"--draw={to}", "--replay=none", source)
    assert ran.status == 2
    assert "is there already" in ran.err
    assert to.read_text() == "precious"
    ran = telex.run(f"--draw={to}", "--force", "--replay=none", source)
    assert (ran.status, ran.err) == (0, "")
    assert to.read_text().startswith("<?xml")
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a.svg", "a.telex", "home"]


def test_errors(telex, tmp_path):
    source = tmp_path / "a.telex"
    source.write_text("R: 250 ok\n")
    for name, error in (("a.svg", "a.telex:1: "), ("a.png", "a.png: ")):
        ran = telex.run(f"--draw={tmp_path / name}", "--replay=none", source)
        assert ran.status == 2
        assert error in ran.err
        assert not (tmp_path / name).exists()
    assert [p.name for p in tmp_path.iterdir() if p.suffix] == ["a.telex"]


def test_to_standard_output(telex, tmp_path):
    source = tmp_path / "a.telex"
    source.write_text(SESSION)
    ran = telex.run("--draw=-", "--replay=none", source)
    assert (ran.status, ran.err) == (0, "")
    assert b"|--- STARTTLS ---" in ran.out


def test_a_session_is_drawn_while_it_goes_on(telex, tmp_path):
    """--draw with a session of one's own, whether or not it is kept too."""
    picture = tmp_path / "session.txt"
    script = "EHLO me.example\nAUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\nQUIT\n"
    with Fake(Strict()) as server:
        url = f"smtp://localhost:{server.port}"
        ran = telex.run("--draw", picture, url, input=script)
        assert b"221 " in ran.out and ran.err == ""
        text = picture.read_text()
        assert "--- EHLO me.example -" in text
        assert "--- AUTH PLAIN ******** -" in text and "AGFs" not in text
        assert "closed by the server" in text
        assert picture.stat().st_mode & 0o777 == 0o600
        # Nobody is met when the picture has no place.
        met = len(server.peers)
        for place, why in ((picture, "is there already"),
                           ("-", "cannot go to standard output"),
                           (tmp_path / "x.png", "")):
            ran = telex.run("--draw", place, url, input=script)
            assert ran.status == 2 and why in ran.err, ran
        assert len(server.peers) == met
        picture.write_text("old")
        telex.run("--force", "--draw", picture, url, input=script)
        assert "EHLO me.example" in picture.read_text()
    # ... and nothing is drawn when nobody is met.
    picture.unlink()
    assert telex.run("--draw", picture, url, input=script).status == 1
    assert not picture.exists()
