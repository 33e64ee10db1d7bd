# SPDX-License-Identifier: ISC
"""`make -j` builds each file once; `make install` on a clean root: all files,
with the right modes, found by those that look for them; `make uninstall`
takes all of them away."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
FILES = {
    "bin/telex": 0o755,
    "share/bash-completion/completions/telex": 0o644,
    "share/zsh/site-functions/_telex": 0o644,
    "share/fish/vendor_completions.d/telex.fish": 0o644,
}
PAGES = sorted((TOP / "man").glob("*.[1-9]"))


def gnu_make():
    """Only this one can be told that telex is new enough (-o)."""
    for name in ("gmake", "make"):
        if shutil.which(name) and b"GNU" in subprocess.run(
                [name, "--version"], capture_output=True, timeout=30,
                check=False).stdout:
            return name
    pytest.skip("GNU make is not installed")


def make(target, root):
    """The second pass of make, as somebody with a strict umask."""
    if not (TOP / "config.status").exists():
        pytest.skip("this tree is not configured")
    # What is there is what is to be installed: nothing is made again.
    done = subprocess.run(
        [gnu_make(), "-o", "telex", "PASS=2", f"{target}-2",
         f"DESTDIR={root}", "prefix=/usr/local"],
        cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=60, check=False, umask=0o077,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    text = done.stdout.decode()
    assert done.returncode == 0, text
    return text


# In place of a compiler: says what it was to make, and makes objects slowly,
# so that all are still being made when all that can be begun is begun.
COMPILER = """#!/bin/sh
while [ "$1" != -o ]; do
	shift
done
case $2 in
*.o)
	sleep 1 ;;
esac
echo "made $2"
echo made >"$2"
"""


def test_two_at_once_make_nothing_twice(tmp_path):
    """telex and its unit tests want the same objects."""
    if not (TOP / "config.status").exists():
        pytest.skip("this tree is not configured")
    tree = tmp_path / "tree"
    shutil.copytree(TOP / "src", tree / "src",
                    ignore=shutil.ignore_patterns("*.o", "stubs.inc"))
    shutil.copytree(TOP / "tests/unit", tree / "tests/unit",
                    ignore=shutil.ignore_patterns("*.test"))
    for name in ("Makefile", "configure.ac", "configure", "config.status"):
        shutil.copy2(TOP / name, tree)
    compiler = tmp_path / "cc"
    compiler.write_text(COMPILER)
    compiler.chmod(0o755)
    done = subprocess.run(
        [gnu_make(), "-j500", "PASS=2", f"CC={compiler}", "NM=true", "LAZY=",
         "LAZY_STUBS=src/stubs.o", "telex", "units"],
        cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=120, check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    text = done.stdout.decode()
    assert done.returncode == 0, text
    made = [line[5:] for line in text.splitlines()
            if line.startswith("made ")]
    assert {"telex", "src/main.o", "src/stubs.o"} < set(made)
    assert len(list((tree / "tests/unit").rglob("*_test.c"))) == sum(
        name.endswith(".test") for name in made)
    assert sorted(made) == sorted(set(made))


def test_a_library_that_cannot_be_read_is_no_telex(tmp_path):
    """What functions of libraries telex needs is told whole or not at all."""
    broken = tmp_path / "broken"
    broken.write_text("neither object nor library\n")
    objects = sorted(str(path) for path in (TOP / "src").glob("*.o"))
    if not objects or not shutil.which("nm"):
        pytest.skip("no objects are here, or no nm")
    for args in (["--", *objects, broken], [broken, "--", *objects]):
        done = subprocess.run(
            ["sh", TOP / "src/lazy.sh", *args], stdin=subprocess.DEVNULL,
            capture_output=True, timeout=60, check=False)
        assert done.returncode != 0
        assert done.stdout == b""


def files_in(root):
    return {str(path.relative_to(root)) for path in root.rglob("*")
            if not path.is_dir()}


@pytest.fixture(name="root")
def fixture_root(tmp_path):
    root = tmp_path / "a root"
    make("install", root)
    return root


def test_files_and_modes(root):
    local = root / "usr/local"
    wanted = dict(FILES)
    for talk in (TOP / "tests/talk").glob("*.telex"):
        wanted[f"share/telex/talk/{talk.name}"] = 0o644
    for page in PAGES:
        wanted[f"share/man/man{page.suffix[1:]}/{page.name}"] = 0o644
    assert len(wanted) > len(FILES) + len(PAGES) > len(FILES) + 1
    assert files_in(local) == set(wanted)
    assert files_in(root) == {f"usr/local/{name}" for name in wanted}
    for name, mode in wanted.items():
        assert stat.S_IMODE((local / name).stat().st_mode) == mode, name
    for path in [root, *root.rglob("*")]:
        if path.is_dir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o755, path


def test_uninstall_leaves_nothing(root):
    other = root / "usr/local/share/zsh/site-functions/_other"
    other.touch()
    make("uninstall", root)
    assert files_in(root) == {str(other.relative_to(root))}
    assert not (root / "usr/local/share/telex").exists()


def test_installed_is_what_telex_prints(telex, root):
    share = root / "usr/local/share"
    for shell, name in (("bash", "bash-completion/completions/telex"),
                        ("zsh", "zsh/site-functions/_telex"),
                        ("fish", "fish/vendor_completions.d/telex.fish")):
        ran = telex.run(f"--completion={shell}")
        assert (share / name).read_bytes() == ran.out


def test_man_finds_the_manuals(root):
    if shutil.which("man") is None:
        pytest.skip("man is not installed")
    for page in PAGES:
        section, name = page.suffix[1:], page.stem
        done = subprocess.run(
            ["man", "-M", str(root / "usr/local/share/man"), "-w", section,
             name], capture_output=True, timeout=30, check=False)
        assert done.stdout.decode().strip().endswith(f"{name}.{section}")


def test_shells_find_the_completions(telex, root):
    """By the folders of XDG_DATA_DIRS, or zsh's own."""
    share = root / "usr/local/share"
    env = {**telex.env, "XDG_DATA_DIRS": f"{share}:/usr/share",
           "PATH": f"{root}/usr/local/bin:{os.environ['PATH']}"}
    done = 0
    if shutil.which("fish"):
        ran = subprocess.run(
            ["fish", "-c", "complete -C 'telex --keyl'"],
            env=env, capture_output=True, timeout=60, check=True)
        assert ran.stdout.startswith(b"--keylog\t")
        done += 1
    if shutil.which("zsh"):
        ran = subprocess.run(
            ["zsh", "-f", "-c", 'fpath=("$1" $fpath); autoload -Uz compinit;'
             'compinit -u -D; print -r -- $_comps[telex]', "zsh",
             share / "zsh/site-functions"],
            env=env, capture_output=True, timeout=60, check=True)
        assert ran.stdout == b"_telex\n"
        done += 1
    if not done:
        pytest.skip("neither fish nor zsh is installed")


def test_a_binary_for_another_machine(tmp_path):
    """It cannot print what is to be installed; everything else is."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("Makefile", "man", "tests/talk", "src/config.mk"):
        target = tree / name
        target.parent.mkdir(exist_ok=True, parents=True)
        (shutil.copytree if (TOP / name).is_dir() else shutil.copy)(
            TOP / name, target)
    (tree / "telex").write_bytes(b"\x7fELF of another machine")
    (tree / "telex").chmod(0o755)
    done = subprocess.run(
        [gnu_make(), "-o", "telex", "PASS=2", "install-2",
         f"DESTDIR={tmp_path}/root", "prefix=/usr"],
        cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=60, check=False)
    text = done.stdout.decode()
    assert done.returncode == 0, text
    assert text.count("no completions for shells are installed\n") == 1
    assert (tmp_path / "root/usr/bin/telex").exists()
    assert not (tmp_path / "root/usr/share/zsh").exists()
