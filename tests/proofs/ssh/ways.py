"""Every way in which a launch is to survive, and the outcome that is promised for it.

A launch in flight is finished and recorded, whatever becomes of its connection: *accepted*. Only where mylink itself is
killed nobody knows: *unknown*, which blocks the broadcast until a person settles it. A launch that waits for its time
goes out, once, where nohup has mylink outlive the connection; else it *waits* on.
"""

from dataclasses import dataclass
from typing import Any

from . import losses
from .losses import Loss
from .tasks import Pending, Screen, Verb


@dataclass(frozen=True)
class Way:
    """What runs, what becomes of its connection, and the outcome: accepted, unknown or waiting."""

    task: Any
    loss: Loss
    outcome: str = "accepted"

    def __str__(self):
        return f"{self.task.words}, {self.loss.words}"

    @property
    def is_cut_in_flight(self):
        """Whether the connection is lost in the middle of a launch."""
        return self.loss.client != "connected" and not self.task.is_early

    @property
    def code(self):
        """The exit code of mylink."""
        is_code_of_loss = isinstance(self.task, Screen) or self.loss is losses.KILLED
        return str(self.loss.code if is_code_of_loss else 0)


# The first ones are run in a short proof too.
WAYS = [
    Way(Screen(), losses.CLIENT_KILLED),
    Way(Screen(), losses.TERMINATED),
    Way(Pending(nohup=True, is_early=True), losses.NETWORK_CUT),
    Way(Verb(), losses.CLIENT_KILLED),
    Way(Screen(), losses.SERVER_KILLED),
    Way(Screen(), losses.NETWORK_CUT),
    Way(Screen(), losses.KILLED, "unknown"),
    Way(Screen(), losses.NETWORK_SILENT),
    Way(Screen(), losses.HANGUP),
    Way(Screen(), losses.SERVER_SILENT),
    Way(Screen(), losses.SHELL_KILLED),
    Way(Screen(), losses.CLIENT_TERMINATED),
    Way(Verb(), losses.TERMINATED),
    Way(Verb(), losses.SERVER_KILLED),
    Way(Verb(), losses.KILLED, "unknown"),
    Way(Verb(has_terminal=False), losses.NETWORK_CUT),
    Way(Verb(nohup=True), losses.CLIENT_KILLED),
    Way(Pending(), losses.SERVER_KILLED),
    Way(Pending(nohup=True), losses.NETWORK_CUT),
    Way(Pending(is_early=True), losses.CLIENT_KILLED, "waiting"),
]


def rounds(connections):
    """The ways in turn, until so many connections are lost in the middle of a launch."""
    lost, number = 0, 0
    while lost < connections:
        way = WAYS[number % len(WAYS)]
        yield number, way
        lost += way.is_cut_in_flight
        number += 1
