"""Processes as /proc tells them. What belongs to a connection is found by its session, never by a program's name."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """A process that has not ended; `cpu` is what it has used, in seconds."""

    pid: int
    parent: int
    session: int
    cpu: float


def find(pid):
    """A process; nothing where it has ended, or only waits to be asked how."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] in "ZX":
        return None
    return Process(int(pid), int(fields[1]), int(fields[3]), (int(fields[11]) + int(fields[12])) / TICKS)


def in_session(session):
    """All processes of a session, that of its leader among them."""
    found = (find(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [process for process in found if process and process.session == session]


def last_of(session):
    """The one that runs below all others of its session: mylink, however it was started."""
    members = in_session(session)
    parents = {process.parent for process in members}
    leaves = [process for process in members if process.pid not in parents]
    return leaves[0].pid if len(leaves) == 1 and leaves[0].pid != session else None


def between(pid, top):
    """The processes above one of them and below another, nearest first."""
    above, process = [], find(pid)
    while process and process.parent not in (top, 0, 1):
        above.append(process.parent)
        process = find(process.parent)
    return above if process and process.parent == top else []


def that_name(folder):
    """The processes whose command line or environment names a folder."""
    def names(pid, file):
        try:
            return str(folder).encode() in Path(f"/proc/{pid}/{file}").read_bytes()
        except OSError:
            return False
    pids = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if find(pid) and (names(pid, "cmdline") or names(pid, "environ"))]


class Clock:
    """The CPU time that a session's processes use from now on."""

    def __init__(self, session):
        self.session = session
        self.first = {process.pid: process.cpu for process in in_session(session)}
        self.last = dict(self.first)

    def goes_on(self):
        """Whether any of them still runs."""
        running = in_session(self.session)
        self.last.update((process.pid, process.cpu) for process in running)
        return bool(running)

    def used(self):
        """In seconds, up to when it was asked last."""
        return sum(self.last.values()) - sum(self.first.values())
