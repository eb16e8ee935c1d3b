"""The client of a connection in a terminal of its own, and what the bytes it got have switched on in that terminal."""

import fcntl
import os
import re
import signal
import struct
import subprocess
import termios
import time

from .until import DEADLINE, hold, wait_for

# All that is no text, for looking at text.
ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_=>]")
# All that switches something: private modes, the kitty keyboard's flags, xterm's further keys, colours, the keypad.
SWITCHES = re.compile(
    rb"\x1b\[\?(?P<modes>[0-9;]+)(?P<how>[hl])|\x1b\[(?P<kitty>[<>=])[0-9;]*u|\x1b\[>4(?P<keys>;[0-9]+)?m"
    rb"|\x1b\[(?P<colours>[0-9;:]*)m|\x1b(?P<keypad>[=>])")
NAMES = {
    47: "alternate screen", 1047: "alternate screen", 1049: "alternate screen", 25: "hidden cursor", 1: "cursor keys",
    9: "mouse", 1000: "mouse", 1002: "mouse", 1003: "mouse", 1005: "mouse", 1006: "mouse", 1015: "mouse", 1016: "mouse",
    1004: "focus reports", 2004: "bracketed paste", 2026: "held picture"}
# Modes that are on where nobody switched anything: lines wrap, the cursor is shown.
ON_AT_REST = {7, 25}
# What the console has switched on while it is on the screen. That nothing of it is left is worth only as much as this.
CONSOLE = {"alternate screen", "hidden cursor", "mouse", "bracketed paste"}


def switched(seen):
    """What is not as it was at rest in a terminal that got these bytes."""
    modes, others, kitty = set(), set(), 0
    for found in SWITCHES.finditer(seen):
        for mode in map(int, (found["modes"] or b"").split(b";") if found["modes"] else []):
            is_other = (found["how"] == b"h") != (mode in ON_AT_REST)
            (modes.add if is_other else modes.discard)(mode)
        if found["kitty"]:
            kitty += {b">": 1, b"<": -1, b"=": 1}[found["kitty"]]
        elif found["keypad"]:
            (others.add if found["keypad"] == b"=" else others.discard)("keypad")
        elif found["colours"] is not None:
            (others.discard if found["colours"] in (b"", b"0") else others.add)("colours")
        elif found.group().startswith(b"\x1b[>4"):
            (others.add if found["keys"] not in (None, b";0") else others.discard)("further keys")
    names = {NAMES.get(mode, f"mode {mode}") for mode in modes} | others
    return names | ({"kitty keyboard"} if kitty else set())


def is_cooked(modes):
    """Whether a terminal with these modes takes whole lines and echoes them."""
    return bool(modes[3] & termios.ECHO and modes[3] & termios.ICANON and modes[3] & termios.ISIG
                and modes[1] & termios.OPOST and modes[0] & termios.ICRNL)


def modes_of(device):
    """The modes of the terminal at the other end."""
    descriptor = os.open(device, os.O_RDWR | os.O_NOCTTY)
    try:
        return termios.tcgetattr(descriptor)
    finally:
        os.close(descriptor)


class Client:
    """An ssh client in a terminal. Both ends of that stay open here, so that it can be looked at after the client."""

    def __init__(self, command):
        self.near, self.far = os.openpty()
        fcntl.ioctl(self.far, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.set_blocking(self.near, False)
        self.before = termios.tcgetattr(self.far)
        self.seen, self.pressed_at = b"", 0
        in_it = ["setsid", "--ctty", *command]
        self.process = subprocess.Popen(in_it, stdin=self.far, stdout=self.far, stderr=self.far)

    def read(self):
        """Takes what there is, without waiting."""
        try:
            while data := os.read(self.near, 65536):
                self.seen += data
        except BlockingIOError:
            pass

    def text(self, since=0):
        return ESCAPES.sub(b"", self.seen[since:]).decode(errors="replace")

    def wait(self, text):
        """Until a text has come since the last key."""
        end = time.monotonic() + DEADLINE
        while text not in self.text(self.pressed_at):
            hold(time.monotonic() < end and self.process.poll() is None,
                 f"{text} is not on the screen: {self.text()[-3000:]}")
            time.sleep(0.005)
            self.read()

    def press(self, key):
        self.pressed_at = len(self.seen)
        os.write(self.near, key)

    def ends_by_itself(self):
        """Waits for the client's end and returns its exit code; then its own terminal is cooked again."""
        def has_ended():
            self.read()
            return self.process.poll() is not None
        wait_for("the end of the ssh client", has_ended)
        self.read()
        after = termios.tcgetattr(self.far)
        hold(is_cooked(after) and after == self.before, f"the client's terminal is not as it was: {after}")
        return self.process.returncode

    def send(self, which):
        """A signal to the client."""
        self.process.send_signal(which)

    def end(self):
        if self.process.poll() is None:
            self.send(signal.SIGKILL)
        self.process.wait(DEADLINE)
        os.close(self.near)
        os.close(self.far)
