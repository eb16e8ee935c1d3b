"""One round: a launch, what becomes of its connection, and whether all that was promised holds."""

import shlex
import time
from dataclasses import dataclass

from . import losses, processes
from .connection import Connection
from .sandbox import HELD
from .tasks import Screen
from .terminal import CONSOLE, is_cooked, switched
from .until import hold, wait_for

# Seconds after the loss until nothing may run any more: the answer's, and some for a machine that has much to do.
MOST_TIME = HELD + 5.0
# What all that runs in the session may use of the CPU from the loss on, in seconds.
MOST_CPU = 0.35
ON_ITS_WAY = "A launch is on its way."


@dataclass(frozen=True)
class Figures:
    """How the launch ended, how often it arrived; seconds from the loss (or the launch, where that came later) until
    nothing ran any more, and seconds of CPU."""

    way: str
    outcome: str
    arrived: int
    took: float
    cpu: float


class Trial:
    """A round of a way."""

    def __init__(self, way, desk, sshd, number):
        self.way, self.desk, self.sshd = way, desk, sshd
        self.mark = f"s{number:04}z"
        self.note = desk.folder / self.mark

    def run(self):
        task = self.way.task
        command = task.command(self.desk, self.mark, shlex.quote(f"{self.note}.out"))
        connection = Connection(self.sshd, self.note, command, task.has_terminal)
        try:
            connection.open()
            task.go(connection.client, self.desk, self.mark)
            self.get_ready(connection)
            took, cpu = self.lose(connection)
            outcome = self.look_at_record()
            self.look_at_client(connection)
        finally:
            connection.end()
        code = connection.noted("code")
        hold(code == self.way.code, f"mylink ended with {code}, not {self.way.code}")
        return Figures(str(self.way), outcome, self.desk.platform.arrived(self.mark), took, cpu)

    def has_arrived(self):
        return self.desk.platform.arrived(self.mark) > 0

    def is_accepted(self):
        return [launch["outcome"] for launch in self.desk.recorded(self.mark)] == ["accepted"]

    def get_ready(self, connection):
        """Until the launch is in flight; or until it is waited for."""
        if not self.way.task.is_early:
            wait_for("the launch's arrival", self.has_arrived)
            self.arrived_at = time.monotonic()
        elif self.way.task.nohup:
            wait_for("the waiting", lambda: "Waiting for" in connection.noted("out"))
        else:
            connection.client.wait("Waiting for")
        connection.client.read()
        on = switched(connection.client.seen)
        if isinstance(self.way.task, Screen):
            # Otherwise that nothing is left of it would say nothing.
            hold(CONSOLE <= on and not is_cooked(connection.modes()), f"the console has switched on only {on}")
        else:
            hold(not on, f"a verb has switched on {on}")

    def lose(self, connection):
        """The loss, and how all that ran at the other end came to its end: in which time, with how much of the CPU."""
        servers, clock = connection.servers(), processes.Clock(connection.leader)
        self.lost_at = len(connection.client.seen)
        is_answered = not self.way.task.is_early and time.monotonic() - self.arrived_at > HELD * 0.8
        hold(not is_answered, "the launch was over before its connection was lost: this machine is too slow")
        self.way.loss.happen(connection, self.is_accepted)
        if self.way.loss.client != "connected":
            wait_for("the end of sshd's session", lambda: not any(map(processes.find, servers)))
        if self.way.task.is_early and self.way.outcome == "accepted":
            hold(not self.has_arrived(), "the launch was due before its connection was lost: this machine is too slow")
            wait_for("the arrival of the launch that waited", lambda: clock.goes_on() and self.has_arrived())
        start = time.monotonic()
        while clock.goes_on():
            connection.client.read()
            hold(time.monotonic() - start < MOST_TIME, f"still running: {processes.in_session(connection.leader)}")
            time.sleep(0.005)
        took, cpu = time.monotonic() - start, clock.used()
        hold(cpu <= MOST_CPU, f"{cpu:.2f} s of CPU in {took:.2f} s")
        return took, cpu

    def look_at_client(self, connection):
        """The operator's side."""
        client = connection.client
        if self.way.loss.client == "killed":
            # Nobody is left who could get anything, and its terminal is as the client left it.
            return
        client.ends_by_itself()
        if self.way.loss is losses.KILLED:
            self.look_at_what_a_kill_leaves(connection)
        elif self.way.loss.client == "connected":
            self.look_at_restored_terminal(connection)
        else:
            # The connection is gone, and with it the terminal at the other end (the system takes it from mylink, whose
            # writes fail): what was on stays on at the operator's, and no program at the other end can change that.
            # What still came must have made nothing worse.
            late = switched(client.seen[self.lost_at:]) - {"hidden cursor", "colours"}
            hold(not late, f"after the loss were switched on: {late}")

    def look_at_restored_terminal(self, connection):
        """The terminal outlives mylink: all is as it was, by the bytes and by its modes."""
        client = connection.client
        left = switched(client.seen)
        hold(not left, f"left on in the terminal: {left}")
        before, after = connection.noted("before"), connection.noted("after")
        hold(before == after, f"stty says\n{after}\nand before mylink it said\n{before}")
        words = after.replace(";", " ").split()
        hold({"icanon", "echo", "isig", "icrnl", "opost"} <= set(words), f"the terminal is not cooked: {after}")
        if isinstance(self.way.task, Screen):
            said = client.seen[client.seen.rindex(b"\x1b[?1049l"):].decode(errors="replace")
            hold(ON_ITS_WAY in said, f"nobody was told that the launch is being finished: {said}")
        hold("the shell goes on" in client.text(self.lost_at), "the shell above mylink can't be read any more")

    def look_at_what_a_kill_leaves(self, connection):
        """Nobody restores a terminal after kill -9, and nothing is promised. It shows that a terminal that was left
        would be seen: all the checks of a restored one have to fail here."""
        if isinstance(self.way.task, Screen):
            left = switched(connection.client.seen)
            hold(CONSOLE <= left, f"after kill -9 only this is seen in the terminal: {left}")
            hold(connection.noted("before") != connection.noted("after"), "stty sees no terminal that was left")

    def look_at_record(self):
        """Once on the record and once at the platform, with the outcome that is promised, and the journal whole."""
        desk, promised = self.desk, self.way.outcome
        launches, arrived = desk.recorded(self.mark), desk.platform.arrived(self.mark)
        outcomes = [launch["outcome"] for launch in launches]
        desk.look_at_the_journal()
        if promised == "waiting":
            hold(not launches and arrived == 0, f"nothing was to be sent: {outcomes}, {arrived} arrived")
            hold(desk.waits(self.way.task.launch), "the launch does not wait any more")
            desk.run("take-back", self.way.task.launch)
        else:
            is_so = outcomes == [promised] and arrived == 1
            hold(is_so, f"promised is {promised}, once: {outcomes} on the record, {arrived} arrived")
        if promised == "unknown":
            hold(desk.is_blocked(), "an unknown launch does not block its broadcast")
            desk.settle(launches[0]["launch_id"])
        desk.close(launches)
        return promised
