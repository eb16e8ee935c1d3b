"""The ways in which a connection, or mylink at its other end, comes to its end."""

import os
import signal
from dataclasses import dataclass
from typing import Callable

from . import processes
from .until import wait_for


@dataclass(frozen=True)
class Loss:
    """`happen` takes the connection, and what waits until the launch is on the record as accepted.

    `code` is what mylink ends with where its screen is lost. `client` is what is left of that: nothing ("killed"), one
    that "notices" and ends, or one that is still "connected", so that its terminal has to be restored.
    """

    words: str
    happen: Callable
    code: int = 129
    client: str = "notices"


def to_client(which):
    return lambda connection, _: connection.client.send(which)


def to_mylink(which):
    return lambda connection, _: os.kill(connection.mylink(), which)


def kill_servers(connection, _):
    connection.signal_servers(signal.SIGKILL)


def stop_and_kill_servers(connection, accepted):
    """As where the network takes nothing any more and says nothing: nobody reads the terminal, and nobody hangs up."""
    above = connection.servers()
    connection.signal_servers(signal.SIGSTOP)
    wait_for("the record of a launch whose terminal nobody reads", accepted)
    for pid in above:
        os.kill(pid, signal.SIGKILL)


def cut_network(connection, _):
    connection.network.cut()


def silence_network(connection, accepted):
    """The launch is on the record before anybody notices; then sshd does, by its ClientAliveInterval."""
    serving = connection.servers()[0]
    connection.network.fall_silent()
    wait_for("the record of a launch whose network is silent", accepted)
    wait_for("sshd's end of a silent connection", lambda: processes.find(serving) is None)
    connection.network.cut()


def kill_shell(connection, _):
    """The leader of the session dies, and the system takes the terminal from everybody else in it."""
    os.kill(connection.leader, signal.SIGKILL)


CLIENT_KILLED = Loss("the client is killed", to_client(signal.SIGKILL), client="killed")
CLIENT_TERMINATED = Loss("the client is terminated", to_client(signal.SIGTERM))
SERVER_KILLED = Loss("sshd's session is killed", kill_servers)
SERVER_SILENT = Loss("sshd stands still, and is killed once the outcome is on the record", stop_and_kill_servers)
NETWORK_CUT = Loss("the network resets the connection", cut_network)
NETWORK_SILENT = Loss("the network falls silent, and sshd gives the client up", silence_network)
SHELL_KILLED = Loss("the shell above it is killed", kill_shell)
HANGUP = Loss("SIGHUP to mylink alone", to_mylink(signal.SIGHUP), client="connected")
TERMINATED = Loss("SIGTERM to mylink alone", to_mylink(signal.SIGTERM), code=143, client="connected")
# The only one after which nobody is left to see what becomes of the launch.
KILLED = Loss("kill -9 to mylink", to_mylink(signal.SIGKILL), code=137, client="connected")
