"""Installs what a test needs that apt does not have: pinned packages beside the test, and a language that is absent or
too old, as in Debian 12, from the Python package that carries it."""
import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def fail(text: str):
    sys.exit(f"{Path(sys.argv[0]).resolve().relative_to(REPOSITORY)}: {text}")


def run(*command, **options):
    try:
        subprocess.run([str(word) for word in command], check=True, **options)
    except (OSError, subprocess.CalledProcessError) as failure:
        fail(f"cannot install what the test needs: {failure}")


def is_recent(least: tuple, *command: str) -> bool:
    if not shutil.which(command[0]):
        return False
    said = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    return bool(found) and tuple(map(int, found.groups())) >= least


def install_environment(directory: Path, pins: Path):
    venv = directory / ".venv"
    run(sys.executable, "-m", "venv", "--clear", venv)
    run(venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", pins)


def need(directory: Path, least: tuple, *command: str):
    """Puts the pinned toolchain of the directory before everything else on the path unless the machine's own will do."""
    if is_recent(least, *command):
        return
    pins = directory / "toolchain.txt"
    unless_installed(pins, directory / ".venv" / "installed.txt", lambda: install_environment(directory, pins))
    os.environ["PATH"] = f"{directory / '.venv' / 'bin'}:{os.environ['PATH']}"
    if not is_recent(least, *command):
        fail(f"{command[0]} {'.'.join(map(str, least))} or newer is needed, and {pins} did not give it")


def unless_installed(pins: Path, stamp: Path, install):
    """Calls `install` when the pins have changed. The stamp is written last: half an installation is none. Two tests that
    need the same thing at the same time wait for each other."""
    with pins.open("rb") as wanted:
        fcntl.flock(wanted, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_bytes() != pins.read_bytes():
            stamp.unlink(missing_ok=True)
            install()
            stamp.write_bytes(pins.read_bytes())


def need_node_packages(directory: Path, toolchain: Path):
    """Node.js with its package manager, and what the directory's lock file names."""
    need(toolchain, (20, 19), "node", "--version")
    unless_installed(directory / "package-lock.json", directory / "node_modules" / ".installed",
                     lambda: run("npm", "ci", "--loglevel=error", cwd=directory))


def need_programs(*names: str):
    """Installs with scripts/install-dependencies --test when one of them is absent."""
    if all(map(shutil.which, names)):
        return
    installed = subprocess.run([REPOSITORY / "scripts" / "install-dependencies", "--test"])
    missing = [name for name in names if not shutil.which(name)]
    if installed.returncode != 0 or missing:
        fail(f"there is no {' and no '.join(missing)}, and scripts/install-dependencies --test could not install it")
