"""An sshd on loopback for the current user alone, with a configuration, keys and a port of its own."""

import os
import pwd
import shlex
import shutil
import socket
import subprocess
from pathlib import Path

from .until import Skipped, end, wait_for

# It gives a client up that is silent for as many seconds as these two multiply to.
ALIVE_INTERVAL, ALIVE_COUNT = 1, 3


def find_sshd():
    """Its whole path, without which it doesn't start; as /usr/sbin is not everybody's."""
    path = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not path:
        raise Skipped("there is no sshd (Debian: openssh-server)")
    if not shutil.which("ssh") or not shutil.which("ssh-keygen"):
        raise Skipped("there is no ssh or ssh-keygen (Debian: openssh-client)")
    return path


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Sshd:
    """Serves until it is ended."""

    def __init__(self, folder):
        path = find_sshd()
        self.folder, self.port = folder, free_port()
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        shutil.copy(folder / "user.pub", folder / "authorized")
        config = folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
            f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            f"PermitRootLogin prohibit-password\nMaxStartups 100\nPrintMotd no\nPrintLastLog no\n"
            f"ClientAliveInterval {ALIVE_INTERVAL}\nClientAliveCountMax {ALIVE_COUNT}\n", encoding="utf-8")
        # It wants this folder where it runs as root; a running system has it.
        self.made = Path("/run/sshd") if os.geteuid() == 0 and not Path("/run/sshd").exists() else None
        if self.made:
            self.made.mkdir(mode=0o755)
        self.log = (folder / "sshd.log").open("wb")
        self.process = subprocess.Popen([path, "-D", "-e", "-f", config], stderr=self.log)
        try:
            wait_for("sshd", self.answers)
        except Skipped:
            self.end()
            raise

    def answers(self):
        if self.process.poll() is not None:
            raise Skipped("sshd does not start: " + (self.folder / "sshd.log").read_text(encoding="utf-8"))
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def command(self, port, has_terminal, words):
        """The client's command line for a command at the other end, with a terminal there or without."""
        return ["ssh", "-tt" if has_terminal else "-T", "-q", "-F", "none", "-p", str(port),
                "-i", str(self.folder / "user"), "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "-o", "ControlPath=none",
                f"{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1", shlex.join(words)]

    def end(self):
        end(self.process)
        self.log.close()
        if self.made:
            self.made.rmdir()
