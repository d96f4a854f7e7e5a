"""Commands of the program as a test types them: status, output, and a service on the same store. The program is the
first argument of the test."""
import json
import os
import pty
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from dev_service import clean_environment, free_port

PROGRAM = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
GOOD_PASSWORD = "tangerine lanterns at dusk"
GOOD_KEY = "Jr9mVYx2kq0TtSb7uHcLwE4dZ8nQpF1aGvKoXy6iMhU="


class CommandTest(unittest.TestCase):
    """A data directory of its own for each test, and commands on it."""

    def setUp(self):
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.data = self.directory / "data"

    def latchkey(self, *arguments, stdin="", **environment):
        environment.setdefault("LATCHKEY_DATA_DIR", str(self.data))
        return subprocess.run([PROGRAM, *arguments], input=stdin, text=True, capture_output=True, timeout=60,
                              env=clean_environment(**environment))

    def succeed(self, *arguments, **more):
        done = self.latchkey(*arguments, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def fail_with(self, status, *arguments, **more):
        done = self.latchkey(*arguments, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Alatchkey: ")
        return done.stderr

    def add(self, name, *options, password=GOOD_PASSWORD, **environment):
        return json.loads(self.succeed("user", "add", name, "--password-stdin", "-o", "json", *options, stdin=password + "\n", **environment))

    def users(self):
        return json.loads(self.succeed("user", "list", "-o", "json"))

    def serve(self, stdout=None, stderr=subprocess.DEVNULL, **environment):
        """A server on the store of the test; process and URL."""
        port, management = free_port(), free_port()
        server = subprocess.Popen([PROGRAM, "serve", "--listen", f"127.0.0.1:{port}", "--management-listen", f"127.0.0.1:{management}"],
                                  env=clean_environment(LATCHKEY_DATA_DIR=str(self.data), **environment),
                                  stdout=stdout, stderr=stderr)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        deadline = time.monotonic() + 30
        while self.latchkey("healthcheck", "--management-listen", f"127.0.0.1:{management}").returncode != 0:
            self.assertLess(time.monotonic(), deadline)
        return server, f"http://127.0.0.1:{port}"


def request(url, form=None, token=None, headers=None):
    """Status and JSON body."""
    data = urllib.parse.urlencode(form).encode() if form else None
    headers = (headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)


def run_on_terminal(command, environment):
    """Runs a command whose standard error is a terminal; status, standard output, and all that the terminal was sent."""
    mother, child = pty.openpty()
    try:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=child) as running:
            os.close(child)
            seen = b""
            while True:  # until the last process has closed its end
                try:
                    seen += os.read(mother, 1 << 16)
                except OSError:
                    break
            output = running.stdout.read()
        return running.returncode, output.decode(), seen.decode()
    finally:
        os.close(mother)
