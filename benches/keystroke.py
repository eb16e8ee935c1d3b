#!/usr/bin/env python3
"""Times keystrokes in a filter's value from outside, in a pseudo-terminal, with hardly any contacts and with a million.

    pip install pyte
    cargo build --release
    benches/keystroke.py [--contacts 1000000] [--folder DIR] [--binary target/release/mylink]

The built-in sandbox is set up in a folder of its own (a temporary one, or DIR, which is used again if it is there), and
contacts are imported beside those of its demo data. For each filter a character is typed and taken away again, many times:

  frame   milliseconds from the key to the first byte of the frame that shows it, and to the last byte of that write
  count   milliseconds from the key to the last byte of the frame with its count and its sample: the first picture in
          which the pane of contacts looks as it does once nothing changes any more

Bytes are stamped when they are read; the screen is worked out afterwards. Middle ones of all keys; the worst beside them.
"""

import argparse
import fcntl
import json
import os
import pty
import random
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

import pyte

COLUMNS, ROWS = 120, 40
BOT, BROADCAST = "Harbour Coffee", "Autumn menu"
QUIET = 0.3
KEYS = {"Right": b"\x1b[C", "Enter": b"\r", "Backspace": b"\x7f", "Esc": b"\x1b"}

# Of each question: its name, the filter at the start, and characters that are typed in turn behind its value.
QUESTIONS = [
    ("prefix on 3,000 values", ("city", "StartsWith", "City 1"), "0123456789"),
    ("equality on 7 values", ("favorite_color", "Equals", "re"), "dabc"),
    ("contains on the unique", ("user_id", "Contains", "7"), "0123456789"),
    ("number", ("amount", "GreaterThan", "1"), "0123456789"),
    ("no contact has it", ("first_name", "Equals", "Nmae1"), "0123456789"),
]


def contacts_csv(path, count):
    """Seeded contacts with eight variables, one of them unique."""
    chance = random.Random(7)
    channels = ["WhatsAppChannel", "RCSChannel", "SMSChannel", "TelegramChannel"]
    colors = ["red", "RED", "blue", "rosé", "Straße", "magenta", ""]
    locales = ["it", "en", "de", "fr", "es", "pt-BR"]
    with path.open("w", encoding="utf-8") as file:
        file.write("user_id,bot_channel,favorite_color,city,amount,last_order,first_name,locale\n")
        for row in range(count):
            day = f"20{20 + chance.randrange(7)}-{1 + chance.randrange(12):02d}-{1 + chance.randrange(28):02d}"
            amount = f"{chance.randrange(2000)}.{chance.randrange(64):02d}"
            file.write(
                f"39{row * 7919:010d},{channels[row % 4]},{chance.choice(colors)},City {chance.randrange(3000)},"
                f"{amount},{day},Name{chance.randrange(20000)},{chance.choice(locales)}\n"
            )


class Profile:
    """A data folder with a sandbox, and so many contacts imported."""

    def __init__(self, folder, binary, contacts):
        self.binary = binary
        self.folder = folder
        self.environment = {
            **os.environ,
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }
        ready = folder / "ready"
        if ready.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        self.run("sync")
        if contacts:
            file = folder / "contacts.csv"
            contacts_csv(file, contacts)
            begun = time.perf_counter()
            self.run("import", str(file), "--bot", BOT)
            print(f"  import of {contacts:,} contacts: {time.perf_counter() - begun:.1f} s")
            file.unlink()
        ready.touch()

    def run(self, *arguments):
        subprocess.run([self.binary, *arguments], env=self.environment, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def plan(self, question):
        field, criterion, value = question
        path = self.folder / "plan.json"
        path.write_text(json.dumps({
            "broadcast": BROADCAST, "bot": BOT, "form": "audience",
            "filters": [{"field": field, "criterion": criterion, "value": value}],
        }))
        return path


class Console:
    """The program in a pseudo-terminal."""

    def __init__(self, profile, plan):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.begun = time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(profile.binary, [profile.binary, str(plan)], profile.environment)
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def read(self, quiet=QUIET, most=30.0):
        """Chunks with their times, until nothing comes for a while."""
        chunks = []
        end = time.perf_counter() + most
        while time.perf_counter() < end:
            ready, _, _ = select.select([self.terminal], [], [], quiet)
            if not ready:
                break
            try:
                data = os.read(self.terminal, 1 << 20)
            except OSError:  # It ended.
                break
            chunks.append((time.perf_counter(), data))
            # What programs ask terminals for, and wait for.
            if b"\x1b[c" in data:
                os.write(self.terminal, b"\x1b[?62c")
        return chunks

    def feed(self, chunks):
        for _, data in chunks:
            self.stream.feed(data)

    def pane(self):
        """The pane of contacts: its title, and the rows under it."""
        rows = (self.screen.buffer[row] for row in range(3, 19))
        lines = ("".join(row[column].data for column in range(61, COLUMNS)) for row in rows)
        return [re.sub(r"synced .*", "", line) for line in lines]

    def text(self):
        rows = (self.screen.buffer[row] for row in range(ROWS))
        return "\n".join("".join(row[column].data for column in range(COLUMNS)) for row in rows)

    def title(self):
        return self.pane()[0]

    def until_quiet(self, pattern, seconds=60):
        end = time.perf_counter() + seconds
        chunks = []
        while time.perf_counter() < end:
            new = self.read()
            self.feed(new)
            chunks += new
            if not new and re.search(pattern, self.text()):
                return chunks
        sys.exit("never seen: " + pattern + "\n" + self.text())

    def press(self, key):
        """Milliseconds to the frame, to its end, and to the count."""
        pressed = time.perf_counter()
        os.write(self.terminal, KEYS.get(key, key.encode()))
        chunks = self.read()
        if not chunks:
            return None
        panes = []
        for at, data in chunks:
            self.stream.feed(data)
            panes.append((at, self.pane()))
        last = panes[-1][1]
        # Back from the end for as long as the pane looks as it does there.
        shown = panes[-1][0]
        for at, pane in reversed(panes):
            if pane != last:
                break
            shown = at
        written = next((before for (before, _), (after, _) in zip(chunks, chunks[1:]) if after - before > 0.004),
                       chunks[-1][0])
        return [(at - pressed) * 1000 for at in (chunks[0][0], written, shown)]

    def memory(self):
        status = Path(f"/proc/{self.pid}/status").read_text()
        figure = lambda name: int(re.search(name + r":\s+(\d+)", status)[1]) / 1000
        return figure("VmRSS"), figure("VmHWM")

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        self.read(quiet=0.2, most=2)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def start(profile):
    """When the first count is on the screen, and when everything is, in milliseconds from the start; is partial said?"""
    console = Console(profile, profile.plan(QUESTIONS[0][1]))
    first, partial, seen = None, False, (console.begun, "")
    end = time.perf_counter() + 60
    while time.perf_counter() < end:
        chunks = console.read(quiet=1.0, most=3.0)
        for at, data in chunks:
            console.stream.feed(data)
            text = "\n".join(console.pane())
            if first is None and re.search(r"[\d,]+ contacts?(?!.*counting)", console.title()):
                first = (at - console.begun) * 1000
            partial |= "till being read" in text
            if seen[1] != text:
                seen = (at, text)
        if first is not None and not chunks:
            break
    console.close()
    return first, (seen[0] - console.begun) * 1000, partial


def keystrokes(profile, question, repeats):
    _, filters, characters = question
    console = Console(profile, profile.plan(filters))
    console.until_quiet(r"contacts? ─")
    for key in ["Right", "Right", "Enter"]:
        os.write(console.terminal, KEYS[key])
        console.feed(console.read())
    times = []
    for number in range(repeats):
        for key in (characters[number % len(characters)], "Backspace"):
            pressed = console.press(key)
            if pressed and number > 0:
                times.append(pressed)
    memory = console.memory()
    console.close()
    return times, memory


def middle_and_worst(times, place):
    figures = [time[place] for time in times]
    return f"{statistics.median(figures):8.2f}{max(figures):8.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--binary", default="target/release/mylink")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--repeats", type=int, default=12)
    options = parser.parse_args()
    options.binary = str(Path(options.binary).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        profiles = [
            ("hardly any", Profile(folder / "few", options.binary, 0)),
            (f"{options.contacts:,} more", Profile(folder / str(options.contacts), options.binary, options.contacts)),
        ]
        for name, profile in profiles:
            first, whole, partial = start(profile)
            said = "said to be partial until then" if partial else "nothing partial was seen"
            print(f"{name}: first count after {first:.0f} ms, everything after {whole:.0f} ms; {said}")
        print(f"\n{'milliseconds: middle, worst':<44}{'frame':>16}{'its end':>16}{'count':>16}{'RSS, HWM (MB)':>18}")
        for question in QUESTIONS:
            for name, profile in profiles:
                times, (resident, highest) = keystrokes(profile, question, options.repeats)
                figures = "".join(middle_and_worst(times, place) for place in range(3))
                print(f"{question[0] + ', ' + name:<44}{figures}{resident:9.1f}{highest:9.1f}")


if __name__ == "__main__":
    main()
