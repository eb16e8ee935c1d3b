"""A network between client and sshd: a process that can be stopped (it falls silent) or killed (it is cut)."""

import os
import select
import signal
import socket
import struct
import subprocess
import sys

from .until import DEADLINE


class Network:
    """Carries one connection to a port of this machine, until it is cut."""

    def __init__(self, port):
        program = f"import sys; sys.path.insert(0, {sys.path[0]!r}); from ssh.network import serve; serve({port})"
        self.process = subprocess.Popen([sys.executable, "-B", "-c", program], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def fall_silent(self):
        """Takes nothing any more, and tells nobody."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def cut(self):
        """Both sides get a reset, as of a firewall that forgot the connection."""
        self.process.kill()
        self.process.wait(DEADLINE)

    def end(self):
        self.cut()
        self.process.stdout.close()


def serve(port):
    """What the process does: carries the connection of the first that comes, until either side ends it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        near, _ = server.accept()
    far = socket.create_connection(("127.0.0.1", port))
    other = {near: far, far: near}
    for end in other:
        # However this process ends, its connections are not closed but reset.
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    try:
        while carry(other):
            pass
    except OSError:
        # An end that was killed with something unread is a reset too.
        pass


def carry(other):
    """Carries what has come to either end over to the other; says whether there may be more."""
    for end in select.select(list(other), [], [])[0]:
        data = end.recv(65536)
        if not data:
            return False
        other[end].sendall(data)
    return True
