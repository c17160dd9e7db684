"""How quickly Visit Desk starts, as ratios to a Textual hello world in the same run: ``make bench-start``.

Each round starts hello world and Visit Desk in turn, each in a real terminal of 80x24, and types one letter at the very
moment of the start. Measured from the start of the process:

* *first paint*: the first moment at which the screen shows the program's text;
* *first letter*: the first moment at which the letter stands in the field;
* *server answers*: the embedded server's first answer over its socket (in rounds of their own: asking disturbs).

What counts is the ratio, taken in each round and then the median of all rounds: what else the machine does meanwhile
slows both. Exit code 1 if a ratio is over its limit or a letter typed since the start was lost. The second start of
``make run``, everything that make does included, is printed beside it: once, in milliseconds, and without a limit.
"""

from __future__ import annotations

import argparse
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks import hello
from tests.desk import Desk, opened_desk
from tests.terminal import Output, Terminal

LIMIT: Final = 1.3
"""The most that a ratio to hello world may be; 1.15 later."""
LETTER: Final = "Z"
BURST: Final = "abcdefghijklmnopqrstuvwxyz"
BURST_OVER: Final = 0.6
"""Seconds over which the letters of the burst are typed: from the start until well after the first paint."""
SETTLE: Final = 0.3
PATIENCE: Final = 30.0
HELLO_SHOWS: Final = "Hello world"
SIGN_IN_SHOWS: Final = "E-mail"
DEMONSTRATION_SHOWS: Final = "DEMONSTRATION"
ROOT: Final = Path(__file__).resolve().parents[1]
ESCAPES: Final = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")


class Race(Terminal):
    """A terminal that only takes times while the program starts, and looks at the screen afterwards."""

    def show(self, data: bytes) -> None:
        """Do nothing yet: drawing the screen here would cost the program the processor it starts on."""

    def run(self, marker: str) -> None:
        """Type the letter at once, then take down what is written until both it and the text have been shown."""
        self.type(LETTER)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.wait_quiet(SETTLE, timeout=max(0.0, deadline - time.monotonic()))
            plain = ESCAPES.sub(b"", self.raw()).decode(errors="replace")
            if marker in plain and LETTER in plain[plain.index(marker) :]:
                return
        raise SystemExit(
            f"No screen showed both {marker!r} and the letter that was typed at the start: {self.raw()[-400:]!r}"
        )

    def moments(self, marker: str) -> tuple[float, float]:
        """Return the seconds from the start to the first screen with the text, and to the first with the letter too."""
        painted = lettered = 0.0
        for part in self.output:
            self.draw(part)
            text = self.screen_text()
            if not painted and marker in text:
                painted = part.at - self.started_at
            if painted and not lettered and LETTER in text.replace(marker, ""):
                lettered = part.at - self.started_at
        return painted, lettered

    def draw(self, part: Output) -> None:
        """Bring one moment's output to the screen."""
        super().show(part.data)


@dataclass(slots=True)
class Times:
    """The seconds of every round of one program."""

    name: str
    paint: list[float] = field(default_factory=list)
    letter: list[float] = field(default_factory=list)

    def ratios(self, base: Times) -> tuple[float, float]:
        """Return the ratios to ``base`` of first paint and first letter, each the median of those of the rounds."""
        return (
            statistics.median(mine / theirs for mine, theirs in zip(self.paint, base.paint, strict=True)),
            statistics.median(mine / theirs for mine, theirs in zip(self.letter, base.letter, strict=True)),
        )


def race(times: Times, command: Sequence[str | Path], marker: str, env: dict[str, str]) -> None:
    """Run one start and add its times."""
    with Race(command, env=env) as terminal:
        terminal.run(marker)
    painted, lettered = terminal.moments(marker)
    times.paint.append(painted)
    times.letter.append(lettered)


def visitdesk(desk: Desk) -> list[str | Path]:
    """Return the command that starts Visit Desk on a machine."""
    return [sys.executable, "-m", "tui", "--data-dir", desk.data_dir]


def seconds_to_answer(desk: Desk) -> float:
    """Start Visit Desk where no server runs; return the seconds until the server's first answer."""
    with Terminal(visitdesk(desk), env=desk.env) as terminal:
        desk.wait_answering()
        return time.monotonic() - terminal.started_at


def burst_arrives(desk: Desk) -> bool:
    """Type the alphabet from the moment of the start on; return whether the field holds all of it."""
    with Terminal(visitdesk(desk), env=desk.env) as terminal:
        for letter in BURST:
            terminal.type(letter)
            terminal.listen(BURST_OVER / len(BURST))
        try:
            terminal.wait_for(BURST, timeout=PATIENCE)
        except AssertionError as lost:
            print(lost)
            return False
    return True


def second_make_run(home: Path) -> float:
    """Start ``make run`` twice on a machine of its own; return the seconds of the second to the first page."""
    with opened_desk(home) as desk:
        desk.data_dir = home / ".local" / "share" / "visitdesk-demo"
        seconds = 0.0
        for _start in ("sets up", "only starts"):
            with Terminal(["make", "run"], env=desk.env, cwd=ROOT) as terminal:
                terminal.wait_for(DEMONSTRATION_SHOWS, timeout=PATIENCE)
                seconds = time.monotonic() - terminal.started_at
                desk.wait_answering()
            desk.kill_server(signal.SIGTERM)
    return seconds


def measure(rounds: int) -> bool:
    """Run everything, print the figures, and return whether all limits are kept."""
    with tempfile.TemporaryDirectory(prefix="vd-bench-") as folder, opened_desk(Path(folder)) as desk:
        base, alone, beside = Times("hello world"), Times("Visit Desk"), Times("Visit Desk, its server running")
        answers: list[float] = []
        hello_command = [sys.executable, str(hello.__file__)]
        first = seconds_to_answer(desk)
        for number in range(rounds + 1):
            desk.kill_server(signal.SIGTERM)
            race(base, hello_command, HELLO_SHOWS, desk.env)
            race(alone, visitdesk(desk), SIGN_IN_SHOWS, desk.env)
            desk.wait_answering()
            race(beside, visitdesk(desk), SIGN_IN_SHOWS, desk.env)
            desk.kill_server(signal.SIGTERM)
            answers.append(seconds_to_answer(desk))
            if number == 0:  # the first round only fills the caches
                for times in (base, alone, beside):
                    times.paint.clear()
                    times.letter.clear()
        desk.kill_server(signal.SIGTERM)
        whole = burst_arrives(desk)
    with tempfile.TemporaryDirectory(prefix="vd-bench-") as folder:
        print(f"second start of make run to the first page: {second_make_run(Path(folder)) * 1000:.0f} ms")
    return report([base, alone, beside], first, answers, whole=whole)


def report(all_times: Sequence[Times], first: float, answers: Sequence[float], *, whole: bool) -> bool:
    """Print the figures; return whether they are within their limits."""
    base, *ours = all_times
    print(f"{'':32}{'first paint':>20}{'first letter':>20}")
    for times in all_times:
        paint, letter = times.ratios(base)
        shown = [
            f"{statistics.median(seconds) * 1000:6.0f} ms = {ratio:4.2f}"
            for seconds, ratio in ((times.paint, paint), (times.letter, letter))
        ]
        print(f"{times.name:32}{shown[0]:>20}{shown[1]:>20}")
    ms = statistics.median(answers) * 1000
    print(f"embedded server answers after {ms:.0f} ms, the very first time {first * 1000:.0f} ms")
    kept = all(ratio <= LIMIT for times in ours for ratio in times.ratios(base))
    print(f"limit {LIMIT} of hello world: {'kept' if kept else 'PASSED OVER'}")
    print(f"letters typed since the start: {'all there' if whole else 'LOST'}")
    return kept and whole


def main() -> int:
    """Run as a command; 0 when every limit is kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.start", description="Measure how quickly Visit Desk starts.")
    parser.add_argument("--rounds", type=int, default=11, help="starts of each program (median taken)")
    return 0 if measure(parser.parse_args().rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
