"""A profile at the platform, and its record as `mylink log` and `mylink doctor` tell it."""

import json
import subprocess

from .until import Broken, hold

GUARD = 4


class Desk:
    """What is run here, and over SSH, has this environment and no other: not what the caller's XDG_ variables say."""

    def __init__(self, program, folder, platform):
        self.program, self.folder, self.platform = program, folder, platform
        self.known = set()
        config = folder / "config" / "mylink-console"
        config.mkdir(parents=True)
        file = config / "config.toml"
        file.write_text(f'profile = "test"\noperator = "ada@desk"\n[profiles.test]\nkind = "sandbox"\n'
                        f'url = "{platform.url}"\naccount_key = "{platform.key}"\n', encoding="utf-8")
        file.chmod(0o600)
        self.environment = {
            "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state"), "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC"}
        self.run("sync")

    def ended(self, *words):
        """How a verb ended that is run here."""
        return subprocess.run([self.program, *words], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def run(self, *words):
        done = self.ended(*words)
        hold(done.returncode == 0, f"{words}: {done}")
        return done.stdout

    def words(self, *words):
        """The command line of mylink for the other end of a connection."""
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        return ["env", "-i", *settings, str(self.program), *(str(word) for word in words)]

    def plan(self, mark):
        """A plan whose body, and no other's, holds this mark."""
        file = self.folder / f"{mark}.json"
        file.write_text(json.dumps({"broadcast": self.platform.broadcast, "form": "configured",
                                    "variables": [{"name": "attempt", "value": mark}]}), encoding="utf-8")
        return file

    def let_wait(self, mark, seconds):
        """Puts a launch on the record that is to go out in so many seconds."""
        said = self.run("launch", str(self.plan(mark)), "--yes", "--at", f"+{seconds}s", "--json")
        return json.loads(said)["launch_id"]

    def waits(self, launch):
        listed = json.loads(self.run("pending", "--json"))
        return any(one["launch_id"] == launch and one["outcome"] == "waiting" for one in listed)

    def recorded(self, mark):
        """The launches on the record since the last round: all have to be of this one."""
        listed = [one["launch_id"] for one in json.loads(self.run("log", "--json"))]
        new = [json.loads(self.run("log", launch, "--json")) for launch in listed if launch not in self.known]
        for whole in new:
            hold(f'"{mark}"' in whole["calls"][0]["body"], f"{mark}: another launch is on the record, {whole}")
        return new

    def close(self, launches):
        """Takes launches as looked at."""
        self.known.update(whole["launch_id"] for whole in launches)

    def is_blocked(self):
        """Whether an unknown launch blocks its broadcast: one that is tried is refused, and doesn't arrive."""
        done = self.ended("launch", str(self.plan("blocked")), "--yes")
        hold(self.platform.arrived("blocked") == 0, "a launch went out while another one is unknown")
        return done.returncode == GUARD

    def settle(self, launch):
        self.run("settle", launch, "sent", "--reason", "looked")

    def look_at_the_journal(self):
        """`mylink doctor` reads journal and copy whole, and holds each launch against the steps that made it."""
        done = self.ended("doctor", "--json", "--offline")
        try:
            checks = json.loads(done.stdout)
        except ValueError as error:
            raise Broken(f"mylink doctor says nothing: {done}") from error
        journal = [check["state"] for check in checks if check["check"] == "journal"]
        bad = [check for check in checks if check["state"] == "fail"]
        hold(done.returncode == 0 and journal == ["ok"] and not bad, f"the record is not whole: {bad or checks}")
