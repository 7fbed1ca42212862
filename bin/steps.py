"""What the programs in bin/ share: a line for each step, and the Python that can carry the product.

Everything here runs before anything is installed: the standard library only, and no syntax newer than Python 3.9, so
that an older one still reads it far enough to say what is missing.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)  # the lock is tried from one to the other


class Step:
    """One line of what `make` does: its name, what came of it, how long it took."""

    def __init__(self, name):
        self.name, self.began, self.shown = name, time.monotonic(), 0

    def busy(self, text):
        """Shows on a terminal what is going on; the next line takes its place."""
        if sys.stdout.isatty():
            line = f"{self.name:<10} {text} …"[: shutil.get_terminal_size().columns - 1]
            print(f"\r{line:<{self.shown}}", end="", flush=True)
            self.shown = len(line)

    def done(self, text):
        """Ends the step with what came of it."""
        line = f"{self.name:<10} {text} ({time.monotonic() - self.began:.1f} s)"
        print(f"\r{line:<{self.shown}}" if self.shown else line, flush=True)

    def refuse(self, sentence):
        """Ends the program with a sentence and exit code 1."""
        if self.shown:
            print(flush=True)
        sys.exit(sentence)


def pythons():
    """Every Python that can carry the product, the best first: (version, path, whether it can make an environment)."""
    names = [f"python3.{minor}" for minor in range(NEWEST[1] + 3, OLDEST[1] - 1, -1)]
    paths = [shutil.which(name) for name in [*names, "python3"]] + ["/usr/bin/python3", sys.executable]
    # It must be able to load GDAL (ctypes) and to fetch packages (ssl, zlib); Debian ships ensurepip apart.
    asked = (
        "import sys, ctypes, ssl, zlib, venv, importlib.util as i;"
        "print(*sys.version_info[:3], int(i.find_spec('ensurepip') is not None), sys.executable)"
    )
    found = {}
    for path in filter(None, dict.fromkeys(paths)):
        try:
            answer = subprocess.run([path, "-c", asked], cwd="/", capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            continue
        words = answer.stdout.split(maxsplit=4)
        if answer.returncode == 0 and len(words) == 5:
            version = tuple(map(int, words[:3]))
            if version >= OLDEST:
                found[words[4].strip()] = (version, words[4].strip(), words[3] == "1")
    return sorted(found.values(), key=lambda one: (one[0][:2] <= NEWEST, one[0]), reverse=True)


def no_python():
    """The sentence for a machine without a Python that can carry the product."""
    return (
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, and python3 here is {sys.version.split()[0]}: "
        "use Debian 12 or newer, or put a newer python3 into PATH."
    )
