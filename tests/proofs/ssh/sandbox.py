"""The platform: `mylink sandbox` in a process of its own."""

import json
import subprocess
import urllib.request

from .until import end

# For how many seconds the platform holds its answer back: the connection is lost in this time. Longer than mylink waits
# before it says that a launch is on its way.
HELD = 1.0


class Platform:
    """Serves one broadcast, and counts what arrives."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program, "sandbox", "--empty", "--no-throttle", "--data-dir", folder / "platform"],
            stdout=subprocess.PIPE, env={"HOME": str(folder)})
        said = json.loads(self.process.stdout.readline())
        self.url, self.key = said["url"], said["account_api_key"]
        bot = self.own("POST", "/bots", {"Name": "Bot", "Channels": ["WhatsApp"]})["APIKey"]
        contacts = [{"user_id": str(number), "bot_channel": "WhatsAppChannel"} for number in range(1, 7)]
        self.own("PUT", f"/bots/{bot}/contacts", contacts)
        body = {"Name": "Offer", "Enabled": True, "audience": None, "settings": {"direct_mode": True}}
        self.broadcast = self.own("POST", f"/bots/{bot}/broadcasts", body)["Id"]

    def own(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/sandbox{path}", data, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.load(answer)

    def hold_next_answer(self):
        self.own("PUT", "/faults", [{"on": "hook", "times": 1, "delay_ms": int(HELD * 1000)}])

    def all_arrived(self):
        """The bodies of all calls that ever arrived, oldest first."""
        return [run["body"] or "" for run in self.own("GET", f"/broadcasts/{self.broadcast}/runs")]

    def arrived(self, mark):
        """How often a launch arrived."""
        return sum(f'"{mark}"' in body for body in self.all_arrived())

    def end(self):
        end(self.process)
        self.process.stdout.close()
