"""docker/examples/curl."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from example import EXAMPLES, PASSWORD, USERNAME, ask, latchkey
from toolchain import need_programs

SCRIPT = EXAMPLES / "curl" / "latchkey.sh"
# In front of the real one: keeps what everybody on the machine could have read.
WATCHED = '#!/bin/sh\nprintf "%s\\n" "$@" >>"$ARGUMENTS"\nexec {curl} "$@"\n'


def setUpModule():
    need_programs("curl")


class Curl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = cls.enterClassContext(latchkey("throttle.account_failures=1"))

    def script(self, *words: str, given: str = f"{PASSWORD}\n", **environment):
        return subprocess.run([SCRIPT, *words], input=given, capture_output=True, text=True, timeout=60,
                              env=os.environ | environment)

    def test_it_logs_in_calls_refreshes_and_logs_out(self):
        done = self.script(USERNAME, self.service.url)
        self.assertEqual((0, "Logged in, called, refreshed, logged out.\n"), (done.returncode, done.stderr))
        self.assertIn('"username":"johndoe"', done.stdout)
        token = self.service.token()
        self.assertEqual(1, len(ask(f"{self.service.url}/sessions", token).json["items"]), "the script's is still there")

    def test_neither_password_nor_token_is_an_argument(self):
        with tempfile.TemporaryDirectory() as directory:
            watched, arguments = Path(directory) / "curl", Path(directory) / "arguments"
            real = subprocess.run(["which", "curl"], capture_output=True, text=True, check=True).stdout.strip()
            watched.write_text(WATCHED.format(curl=real))
            watched.chmod(0o755)
            done = self.script(USERNAME, self.service.url, ARGUMENTS=str(arguments), PATH=f"{directory}:{os.environ['PATH']}")
            self.assertEqual(0, done.returncode, done.stderr)
            seen = arguments.read_text()
        self.assertEqual(5, seen.count(self.service.url))
        self.assertIn(f"username={USERNAME}", seen)
        for secret in (PASSWORD, "eyJ", "refresh_token="):
            self.assertNotIn(secret, seen)

    def test_a_password_may_have_any_sign(self):
        done = self.script("somebody", self.service.url, given='a&b=c+d %41;"ü\\ \n')
        self.assertEqual((1, "400: Incorrect username or password\n"), (done.returncode, done.stderr))

    def test_it_says_when_to_try_again(self):
        for password in ("wrong", "wrong again"):
            done = self.script("nobody", self.service.url, given=password)
            self.assertEqual((1, ""), (done.returncode, done.stdout))
        self.assertRegex(done.stderr, r"^429: Too many failed logins.* Try again in \d+ s\.\n$")

    def test_it_says_when_nobody_is_there(self):
        done = self.script(USERNAME, "http://127.0.0.1:1")
        self.assertEqual((7, ""), (done.returncode, done.stdout))
        self.assertIn("connect", done.stderr)

    def test_no_password_is_no_login(self):
        self.assertEqual(2, self.script(USERNAME, self.service.url, given="").returncode)
