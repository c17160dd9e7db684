"""A shell that knows nothing but job control: ``python shell.py COMMAND…`` runs it as a job on the terminal.

When the job stops it says how it found the terminal, makes it sane as shells do, and waits for a line: ``fg`` continues
the job. It ends with the job, and says with which code.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Sequence


def say(text: str) -> None:
    """Write a line on the terminal, in whatever state that is."""
    os.write(1, f"\r\n{text}\r\n".encode())


def run(command: Sequence[str]) -> int:
    """Run a job until it ends; return its exit code, negative for the signal that ended it."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    sane = termios.tcgetattr(0)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], list(command))
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        os.tcsetpgrp(0, os.getpgrp())
        if not os.WIFSTOPPED(status):
            say(f"job ended {os.waitstatus_to_exitcode(status)}")
            return 0
        found = "sane" if termios.tcgetattr(0) == sane else "raw"
        termios.tcsetattr(0, termios.TCSANOW, sane)
        say(f"job {job} stopped, terminal {found}")
        while sys.stdin.readline() != "fg\n":
            pass
        os.tcsetpgrp(0, job)
        os.killpg(job, signal.SIGCONT)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
