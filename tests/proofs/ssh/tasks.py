"""What runs at the other end of a connection: the console, or a verb, with a launch of its own.

Each of them first makes ready here what it needs and gives the command line, then is brought to its launch."""

import shlex

F5, ENTER = b"\x1b[15~", b"\r"
# Seconds until a launch that waits is due: until the connection is lost in the middle of it, or before it.
SOON, LATER, MUCH_LATER = 2, 8, 600


class Screen:
    """The console, in which a person reviews and launches."""

    words, has_terminal, is_early = "the console", True, False

    def command(self, desk, mark, _):
        return shlex.join(desk.words(desk.plan(mark)))

    def go(self, client, desk, mark):
        """Reviews and confirms."""
        client.wait(mark)
        client.press(F5)
        client.wait("sha256")
        desk.platform.hold_next_answer()
        client.press(ENTER)


class Verb:
    """`mylink launch`, with `nohup` or without; without a terminal it hears of no SIGHUP either."""

    is_early = False

    def __init__(self, has_terminal=True, nohup=False):
        self.has_terminal, self.nohup = has_terminal, nohup
        self.words = "nohup mylink launch" if nohup else "mylink launch"
        if not has_terminal:
            self.words += " without a terminal"

    def command(self, desk, mark, out):
        desk.platform.hold_next_answer()
        command = shlex.join(desk.words("launch", desk.plan(mark), "--yes"))
        return f"nohup {command} >{out} 2>&1" if self.nohup else command

    def go(self, *_):
        """Goes by itself."""


class Pending:
    """`mylink run --pending`, as the README has it: with `nohup` it outlives the connection that started it.

    `is_early`: the connection is lost before the launch is due."""

    has_terminal = True

    def __init__(self, nohup=False, is_early=False):
        self.nohup, self.is_early = nohup, is_early
        self.words = "nohup mylink run --pending &" if nohup else "mylink run --pending"
        if is_early:
            self.words += " before the launch is due"

    def command(self, desk, mark, out):
        # Without nohup it has to end with the connection, however far off the time is.
        seconds = SOON if not self.is_early else LATER if self.nohup else MUCH_LATER
        self.launch = desk.let_wait(mark, seconds)
        if seconds != MUCH_LATER:
            desk.platform.hold_next_answer()
        command = shlex.join(desk.words("run", "--pending"))
        # The first wait ends by the shell's SIGHUP.
        return f"nohup {command} >{out} 2>&1 &\nwait $! || wait $!" if self.nohup else command

    def go(self, *_):
        """Goes by itself."""
