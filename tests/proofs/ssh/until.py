"""Waiting for something to happen, and what is said where a promise doesn't hold."""

import subprocess
import time

# Seconds until something that has to happen is given up.
DEADLINE = 30.0


class Broken(Exception):
    """Something did not go as it has to."""


class Skipped(Exception):
    """This machine doesn't allow the proof."""


def hold(is_so, what):
    """Stops the proof where something that was promised is not so."""
    if not is_so:
        raise Broken(what)


def end(process):
    """Ends a process that was started here; one that doesn't by itself is killed, and that is no good end."""
    process.terminate()
    try:
        process.wait(DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Broken(f"{process.args} does not end") from None


def wait_for(what, holds, deadline=DEADLINE):
    """Asks until there is an answer other than nothing, and returns it."""
    until = time.monotonic() + deadline
    while True:
        value = holds()
        if value:
            return value
        hold(time.monotonic() < until, f"{what} did not happen")
        time.sleep(0.005)
