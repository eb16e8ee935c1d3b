"""One connection: a client, the network, sshd, and at the other end a shell that runs mylink."""

import os
import shlex
import signal
from pathlib import Path

from . import processes
from .network import Network
from .terminal import Client, modes_of
from .until import hold, wait_for

# What is run at the other end: the shell that leads the session, as an operator's does. The end of the terminal ends
# it by SIGHUP, and by that, as the system has it, everybody in the foreground hears SIGHUP too.
SHELL = """\
echo $$ >{note}.leader.part && mv {note}.leader.part {note}.leader
sh {note}.inner.sh
[ -t 0 ] && echo 'the shell goes on'
"""
# Below it one that notes how mylink ended, and how the terminal was before and after, whatever becomes of the
# connection. A signal that is caught, not ignored, is as ever for what a shell starts.
INNER = """\
trap : HUP
[ -t 0 ] && stty -a >{note}.before
{command}
echo $? >{note}.code
[ -t 0 ] && stty -a >{note}.after
"""


class Connection:
    """From its client's start until it is lost, or ends. Its notes are files whose names begin with `note`."""

    def __init__(self, sshd, note, command, has_terminal):
        self.sshd, self.note = sshd, note
        script = Path(f"{note}.sh")
        for file, text in ((script, SHELL), (Path(f"{note}.inner.sh"), INNER)):
            file.write_text(text.format(note=shlex.quote(str(note)), command=command), encoding="utf-8")
        self.leader = None
        self.network = Network(sshd.port)
        self.client = Client(sshd.command(self.network.port, has_terminal, ["sh", str(script)]))

    def open(self):
        """Until the shell at the other end runs."""
        self.leader = int(wait_for("the shell at the other end", lambda: self.noted("leader")))

    def noted(self, what):
        """What the shell at the other end has noted; nothing until then."""
        try:
            return Path(f"{self.note}.{what}").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def mylink(self):
        """The process id of mylink."""
        return wait_for("mylink at the other end", lambda: processes.last_of(self.leader))

    def modes(self):
        """Those of the terminal at the other end, while there is one."""
        return modes_of(os.readlink(f"/proc/{self.leader}/fd/0"))

    def servers(self):
        """The processes of sshd that serve this connection alone."""
        above = processes.between(self.leader, self.sshd.process.pid)
        hold(above, "the shell does not run below this proof's sshd")
        return above

    def signal_servers(self, which):
        for pid in self.servers():
            os.kill(pid, which)

    def end(self):
        """Whatever is left."""
        self.network.end()
        self.client.end()
        for process in processes.in_session(self.leader):
            os.kill(process.pid, signal.SIGKILL)
