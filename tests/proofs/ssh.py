#!/usr/bin/env python3
"""Proves that a launch survives the loss of an SSH connection: a real sshd on loopback, the console or a verb in a
session of it, and the connection lost while the platform holds its answer back.

    tests/proofs/ssh.py                  50 connections lost, with target/debug/mylink
    tests/proofs/ssh.py --rounds 5 --program target/release/mylink

Wants Debian's openssh-server and openssh-client, which .ci/ssh installs. The sshd of this proof has a configuration,
keys and a port of its own and runs as the current user. Nothing is left behind.

Each time the launch has to have the outcome that is promised for this way (ssh/ways.py has them all), to be on the
record once and to have arrived once, in a journal that is whole; what ran at the other end has to end by itself, in
time and without having spun meanwhile. A terminal that outlives mylink has to be as it was before. Between the
connections that are lost in the middle of a launch come those that are lost before one is due, and ends of mylink
alone.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

sys.dont_write_bytecode = True

from ssh.desk import Desk
from ssh.processes import that_name
from ssh.sandbox import Platform
from ssh.sshd import Sshd
from ssh.trial import Trial
from ssh.until import Broken, Skipped, hold
from ssh.ways import rounds

ROOT = Path(__file__).resolve().parent.parent.parent


def say(state, words, done=()):
    """In words, and as a row for the table that .ci/figures makes."""
    words = " ".join(words.split())
    print(f"PROOF ssh: {'' if state == 'held' else state.upper() + ', '}{words}")
    file = os.environ.get("MYLINK_PROOFS_FIGURES")
    if file:
        outcomes = Counter(figures.outcome for figures in done)
        launches, sends = len(done) - outcomes["waiting"], sum(figures.arrived for figures in done)
        counted = f"{len(done)}\t{launches}\t{sends}\t0\t0\t0\t{outcomes['unknown']}"
        with open(file, "a", encoding="utf-8") as rows:
            rows.write(f"ssh\t{state}\t{counted}\t{words}\n")


def forget_the_caller():
    """Nothing that the caller's environment says of folders or of mylink may reach what is started here."""
    for name in list(os.environ):
        if name.startswith("XDG_") or name.startswith("MYLINK_") and not name.startswith("MYLINK_PROOFS"):
            del os.environ[name]


def run(program, connections, done):
    """All rounds; what each came to is put into the list, so that it is known where one fails."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sshd = Sshd(folder)
        stack.callback(sshd.end)
        platform = Platform(program, folder)
        stack.callback(platform.end)
        desk = Desk(program, folder, platform)
        for number, way in rounds(connections):
            try:
                done.append(Trial(way, desk, sshd, number).run())
            except Broken as broken:
                raise Broken(f"round {number + 1}, {way}: {broken}") from None
        arrived, sends = len(platform.all_arrived()), sum(figures.arrived for figures in done)
        hold(arrived == sends, f"{arrived} calls arrived, of {sends} launches")
    left = that_name(folder)
    hold(not left, f"left behind: the processes {left}")


def words_of(connections, done):
    """The figures in words: all together, and a line for each way."""
    outcomes = dict(Counter(figures.outcome for figures in done))
    took, cpu = [figures.took for figures in done], [figures.cpu for figures in done]
    ways = Counter((figures.way, figures.outcome) for figures in done)
    return (f"{connections} connections lost in the middle of a launch, {len(done)} rounds in all: {outcomes}, each as "
            f"promised, on the record once and arrived once (what waits: not at all), the journal whole after each; "
            f"terminals that outlived mylink were as before; what ran there ended {min(took):.2f} to {max(took):.2f} s "
            f"later, with {min(cpu):.2f} to {max(cpu):.2f} s of CPU, and nothing was left: "
            + "; ".join(f"{count} x {way}: {outcome}" for (way, outcome), count in ways.items()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--program", type=Path, default=ROOT / "target/debug/mylink")
    arguments = parser.parse_args()
    forget_the_caller()
    done = []
    try:
        run(arguments.program.resolve(), arguments.rounds, done)
    except Skipped as why:
        return say("skipped", str(why))
    except Broken as why:
        say("BROKEN", str(why), done)
        sys.exit(1)
    return say("held", words_of(arguments.rounds, done), done)


if __name__ == "__main__":
    main()
