"""The processes that `make run` starts: their output, their end, and the note by which `make stop` finds them.

Standard library only, so that `python3 -m geoportal.processes stop` works whatever state the environment is in.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

NOTE = Path(__file__).resolve().parent.parent / "var/run.json"
PATIENCE = 15  # seconds a part has to finish its requests and jobs before it is killed


class Part:
    """A child process whose lines are passed on under its name; the last one is kept for the day it dies."""

    def __init__(self, name, command, environment):
        self.name, self.last = name, ""
        # A session of its own: Ctrl-C reaches the parent alone, which ends its parts in order.
        self.process = subprocess.Popen(
            list(map(str, command)),
            env=environment,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        """Passes the lines on as they come. A closed terminal must not stop the reading: the part would hang."""
        for line in self.process.stdout:
            self.last = line.strip() or self.last
            with contextlib.suppress(OSError):
                print(f"{self.name}: {line}", end="", flush=True)

    def ended(self):
        """None while it runs, then one sentence about its end."""
        code = self.process.poll()
        if code is None:
            return None
        self.reader.join(2)
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"The {self.name} process {how}: {self.last or 'it said nothing'}"


def end(parts):
    """Ends the parts gently, and those that do not listen by force."""
    for part in parts:
        part.process.terminate()
    limit = time.monotonic() + PATIENCE
    for part in parts:
        try:
            part.process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(part.process.pid, signal.SIGKILL)
            part.process.wait()


def born(pid):
    """When the process started, in the kernel's ticks, or None: a number is used again, number and birth are not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def note(url, parts):
    """Writes down what runs: this process first, then its parts."""
    pids = [os.getpid(), *(part.process.pid for part in parts)]
    NOTE.parent.mkdir(exist_ok=True)
    NOTE.write_text(json.dumps({"url": url, "processes": [[pid, born(pid)] for pid in pids]}) + "\n")


def noted():
    """(url, pids that still are the processes that were noted); (None, []) without a note."""
    try:
        kept = json.loads(NOTE.read_text())
    except (OSError, ValueError):
        return None, []
    return kept["url"], [pid for pid, birth in kept["processes"] if born(pid) == birth]


def stop():
    """The sentence about the end of what was noted. The parent ends its own parts; parts without a parent end alone."""
    url, pids = noted()
    if not pids:
        return "Geoportal was not running."
    for pid in pids[:1]:
        os.kill(pid, signal.SIGTERM)
    limit = time.monotonic() + 2 * PATIENCE
    while noted()[1] and time.monotonic() < limit:
        time.sleep(0.1)
        if len(noted()[1]) < len(pids) and pids[0] not in noted()[1]:
            for pid in noted()[1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
    left = noted()[1]
    NOTE.unlink(missing_ok=True)
    return f"Geoportal at {url} was stopped." if not left else f"Processes {left} do not end: look at them with ps."


if __name__ == "__main__":
    if sys.argv[1:] != ["stop"]:
        sys.exit("usage: python3 -m geoportal.processes stop")
    try:
        print(stop())
    except PermissionError:
        sys.exit("Another user started Geoportal here: run the command as that user, or with sudo.")
