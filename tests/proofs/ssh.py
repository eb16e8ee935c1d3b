#!/usr/bin/env python3
"""Proves that a launch survives the loss of an SSH connection: a real sshd on loopback, the console in a session of it,
and the connection killed while the platform holds its answer back.

    tests/proofs/ssh.py                  50 launches with target/debug/mylink
    tests/proofs/ssh.py --rounds 5 --program target/release/mylink

Wants Debian's openssh-server and openssh-client, which .ci/ssh installs. The sshd of this proof has a configuration, keys and a port of its own and runs as the current user. Nothing is
left behind.

Each time the launch has to be on the record (accepted, or unknown where the process was not let to its end), the platform
has to have got it once, and the console has to end by itself, without having spun meanwhile.
"""

import argparse
import fcntl
import getpass
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import urllib.request
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DEADLINE = 30.0
# For how long the platform holds its answer back: the connection is lost in this time.
HELD = 0.7
# A console that waits for an answer may use so much CPU, in seconds, until it has ended.
MOST_CPU = 0.35
F5, ENTER = b"\x1b[15~", b"\r"
ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_=>]")


def row(state, launches, sends, unknown, words):
    """A row for the table that .ci/figures makes."""
    file = os.environ.get("MYLINK_PROOFS_FIGURES")
    if file:
        with open(file, "a", encoding="utf-8") as rows:
            rows.write(f"ssh\t{state}\t{launches}\t{launches}\t{sends}\t0\t0\t0\t{unknown}\t{words}\n")


def skip(why):
    print(f"PROOF ssh: SKIPPED, {why}")
    row("skipped", 0, 0, 0, why.replace("\n", " "))
    sys.exit(0)


def find_sshd():
    return shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(what, holds, deadline=DEADLINE):
    end = time.monotonic() + deadline
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not happen")
        time.sleep(0.005)


class Sshd:
    """An sshd on loopback for the current user alone."""

    def __init__(self, path, folder):
        self.folder, self.port = folder, free_port()
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        shutil.copy(folder / "user.pub", folder / "authorized")
        config = folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
            f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            f"PermitRootLogin prohibit-password\nMaxStartups 100\nPrintMotd no\nPrintLastLog no\n")
        # It wants this folder where it runs as root; a running system has it.
        self.made = Path("/run/sshd") if os.geteuid() == 0 and not Path("/run/sshd").exists() else None
        if self.made:
            self.made.mkdir(mode=0o755)
        self.log = (folder / "sshd.log").open("wb")
        self.process = subprocess.Popen([path, "-D", "-e", "-f", config], stderr=self.log)
        wait_for("sshd", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            skip("sshd does not start: " + (self.folder / "sshd.log").read_text())
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def command(self, words):
        return ["ssh", "-tt", "-q", "-F", "none", "-p", str(self.port), "-i", str(self.folder / "user"),
                "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes",
                f"{getpass.getuser()}@127.0.0.1", *words]

    def end(self):
        self.process.terminate()
        self.process.wait(DEADLINE)
        self.log.close()
        if self.made:
            self.made.rmdir()


class Platform:
    """`mylink sandbox` in a process of its own."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program, "sandbox", "--empty", "--no-throttle", "--data-dir", folder / "platform"],
            stdout=subprocess.PIPE, env={"HOME": str(folder)})
        said = json.loads(self.process.stdout.readline())
        self.url, self.key = said["url"], said["account_api_key"]
        self.bot = self.own("POST", "/bots", {"Name": "Bot", "Channels": ["WhatsApp"]})["APIKey"]
        contacts = [{"user_id": str(number), "bot_channel": "WhatsAppChannel"} for number in range(1, 7)]
        self.own("PUT", f"/bots/{self.bot}/contacts", contacts)
        body = {"Name": "Offer", "Enabled": True, "audience": None, "settings": {"direct_mode": True}}
        self.broadcast = self.own("POST", f"/bots/{self.bot}/broadcasts", body)["Id"]

    def own(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/sandbox{path}", data, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.load(answer)

    def hold_next_answer(self):
        self.own("PUT", "/faults", [{"on": "hook", "times": 1, "delay_ms": int(HELD * 1000)}])

    def arrived(self, mark):
        runs = self.own("GET", f"/broadcasts/{self.broadcast}/runs")
        return sum(f'"{mark}"' in (run["body"] or "") for run in runs)

    def end(self):
        self.process.terminate()
        self.process.wait(DEADLINE)


class Desk:
    """A profile at that platform, and the console in a session of sshd."""

    def __init__(self, program, folder, platform):
        self.program, self.folder, self.platform = program, folder, platform
        config = folder / "config" / "mylink-console"
        config.mkdir(parents=True)
        file = config / "config.toml"
        file.write_text(f'profile = "test"\noperator = "ada@desk"\n[profiles.test]\nkind = "sandbox"\n'
                        f'url = "{platform.url}"\naccount_key = "{platform.key}"\n')
        file.chmod(0o600)
        self.environment = {
            "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data"),
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC"}
        self.run("sync")

    def run(self, *words):
        done = subprocess.run([self.program, *words], env=self.environment, capture_output=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{words}: {done}")
        return done.stdout

    def plan(self, mark):
        file = self.folder / f"{mark}.json"
        file.write_text(json.dumps({"broadcast": self.platform.broadcast, "form": "configured",
                                    "variables": [{"name": "attempt", "value": mark}]}))
        return file

    def record(self, mark):
        """The launch of an attempt, found by its body; the broadcast is free again afterwards."""
        for launch in json.loads(self.run("log", "--json", "--since", "2m")):
            whole = json.loads(self.run("log", launch["launch_id"], "--json"))
            if f'"{mark}"' not in whole["calls"][0]["body"]:
                continue
            if whole["outcome"] == "unknown" and whole["settled"] is None:
                self.run("settle", launch["launch_id"], "sent", "--reason", "looked")
            return whole["outcome"]
        return None

    def words(self, plan):
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        return ["env", "-i", *settings, str(self.program), str(plan)]


class Session:
    """An ssh client in a terminal of its own, with the console at the other end."""

    def __init__(self, command, plan):
        self.plan, self.seen = plan, b""
        self.client, self.terminal = pty.fork()
        if self.client == 0:
            os.execvp(command[0], command)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def wait(self, text):
        end = time.monotonic() + DEADLINE
        while text not in ESCAPES.sub(b"", self.seen):
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            try:
                self.seen += os.read(self.terminal, 65536) if ready else b""
            except OSError:
                ready = []
            if not ready:
                raise SystemExit(f"{text} is not on the screen: {ESCAPES.sub(b'', self.seen)[-3000:]}")

    def press(self, key):
        self.seen = b""
        os.write(self.terminal, key)

    def console(self):
        """The process id of the console: the one whose last word is the plan."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
                program = os.readlink(entry / "exe")
            except OSError:
                continue
            if words[-1] == str(self.plan).encode() and program.endswith("/mylink"):
                return int(entry.name)
        return None

    def end(self):
        try:
            os.kill(self.client, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.client, 0)
        os.close(self.terminal)


def status(pid):
    """Parent, and CPU time in seconds, of a process; nothing where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] == "Z":
        return None
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sessions_of(console, sshd):
    """The processes of the sshd session above a console, below the sshd of this proof."""
    above, pid = [], console
    while pid != sshd.process.pid:
        found = status(pid)
        if found is None or pid <= 1:
            raise SystemExit("the console does not run below this proof's sshd")
        pid = found[0]
        above.append(pid)
    return above[:-1]


SILENT = 3
WAYS = ["the client is killed", "the client is terminated", "sshd's session is killed",
        "the session falls silent, and is killed once the outcome is on the record"]


def cut(way, session, console, sshd, is_recorded):
    if way == 0:
        os.kill(session.client, signal.SIGKILL)
    elif way == 1:
        os.kill(session.client, signal.SIGTERM)
    else:
        above = sessions_of(console, sshd)
        if way == SILENT:
            # As where the network takes nothing any more and says nothing: nobody reads, and nobody hangs up.
            for pid in above:
                os.kill(pid, signal.SIGSTOP)
            wait_for("the record of a launch whose session is silent", is_recorded)
        for pid in above:
            os.kill(pid, signal.SIGKILL)


def launch(desk, sshd, number):
    """One launch, whose connection is lost while its answer is held; how it ended."""
    mark = f"s{number:04}z"
    plan = desk.plan(mark)
    session = Session(sshd.command(desk.words(plan)), plan)
    try:
        session.wait(mark.encode())
        session.press(F5)
        session.wait(b"sha256")
        desk.platform.hold_next_answer()
        session.press(ENTER)
        wait_for("the launch's arrival", lambda: desk.platform.arrived(mark))
        console = session.console()
        if console is None:
            raise SystemExit("the console has ended before its connection was lost")
        used, start = status(console)[1], time.monotonic()
        cut(number % len(WAYS), session, console, sshd, lambda: desk.record(mark) == "accepted")
        while (now := status(console)) is not None:
            used_now = now[1]
            if time.monotonic() - start > DEADLINE:
                os.kill(console, signal.SIGKILL)
                raise SystemExit(f"{WAYS[number % len(WAYS)]}: the console goes on")
            time.sleep(0.005)
        took, cpu = time.monotonic() - start, used_now - used
    finally:
        session.end()
    outcome, arrived = desk.record(mark), desk.platform.arrived(mark)
    if outcome not in ("accepted", "unknown") or arrived != 1 or cpu > MOST_CPU:
        raise SystemExit(f"{WAYS[number % len(WAYS)]}: {outcome}, {arrived} arrived, {cpu:.2f} s of CPU")
    return outcome, took, cpu


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--program", type=Path, default=ROOT / "target/debug/mylink")
    arguments = parser.parse_args()
    path = find_sshd()
    if not path:
        skip("there is no sshd (Debian: openssh-server)")
    if not shutil.which("ssh") or not shutil.which("ssh-keygen"):
        skip("there is no ssh or ssh-keygen (Debian: openssh-client)")
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        platform = Platform(program, folder)
        sshd = Sshd(path, folder)
        try:
            desk = Desk(program, folder, platform)
            ended = [launch(desk, sshd, number) for number in range(arguments.rounds)]
            left = [pid for pid in Path("/proc").iterdir() if pid.name.isdigit() and folder_is_in(pid, folder)]
        finally:
            sshd.end()
            platform.end()
    if left:
        raise SystemExit(f"left behind: {left}")
    outcomes = dict(Counter(outcome for outcome, _, _ in ended))
    took, cpu = [took for _, took, _ in ended], [cpu for _, _, cpu in ended]
    words = (f"{len(ended)} connections lost in the middle of a launch ({'; '.join(WAYS)}): {outcomes}, "
             f"each arrived once; the console ended {min(took):.2f} to {max(took):.2f} s later, "
             f"with {min(cpu):.2f} to {max(cpu):.2f} s of CPU; no process was left")
    print(f"PROOF ssh: {words}")
    row("held", len(ended), len(ended), outcomes.get("unknown", 0), words)


def folder_is_in(process, folder):
    """Whether a console of this proof still runs."""
    try:
        words = (process / "cmdline").read_bytes()
    except OSError:
        return False
    return str(folder).encode() in words and b".json" in words


if __name__ == "__main__":
    main()
