"""docker/examples/go: the API and the client."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from backend import BackendWithPublicKeys
from example import EXAMPLES, PASSWORD, REPOSITORY, USERNAME, claims_of, latchkey, refreshes, running
from toolchain import need, run

HERE = EXAMPLES / "go"


def setUpModule():
    need(REPOSITORY / "tests" / "interop" / "go", (1, 26), "go", "version")
    built = tempfile.TemporaryDirectory(prefix="latchkey-go-")
    unittest.addModuleCleanup(built.cleanup)
    run("go", "mod", "verify", cwd=HERE)
    run("go", "vet", "./...", cwd=HERE)
    run("go", "build", "-mod=readonly", "-o", built.name, "./...", cwd=HERE)
    global API, CLIENT
    API, CLIENT = (Path(built.name) / name for name in ("api", "client"))


class Api(BackendWithPublicKeys, unittest.TestCase):
    start = staticmethod(lambda port, **environment: running([API], port, HERE, LISTEN=f"127.0.0.1:{port}", **environment))


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A token that is good for ten seconds is one that the library refreshes before it uses it.
        cls.service = cls.enterClassContext(latchkey("tokens.access_lifetime=10s", "throttle.account_failures=1"))

    def client(self, url: str, username=USERNAME, password=PASSWORD, login=None):
        return subprocess.run([CLIENT, username, url], input=f"{password}\n", capture_output=True, text=True, timeout=60,
                              env=os.environ | {"LOGIN_URL": login or self.service.url})

    def test_it_logs_in_and_shows_what_the_api_answers(self):
        done = self.client(f"{self.service.url}/users/me")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn('"username":"johndoe"', done.stdout)

    def test_it_refreshes_by_itself(self):
        before = refreshes(self.service)
        done = self.client(f"{self.service.url}/items/")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(USERNAME, claims_of(done.stdout.split('"')[3])["username"])
        self.assertEqual(before + 1, refreshes(self.service))

    def test_it_says_what_latchkey_says_and_when_to_try_again(self):
        done = self.client(f"{self.service.url}/items/", username="nobody", password="wrong")
        self.assertEqual((1, "Incorrect username or password\n"), (done.returncode, done.stderr))
        done = self.client(f"{self.service.url}/items/", username="nobody", password="wrong again")
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, r"^Too many failed logins.* \(try again in \d+ s\)\n$")

    def test_it_says_what_the_api_says(self):
        done = self.client(f"{self.service.url}/users")
        self.assertEqual(1, done.returncode)
        self.assertIn("403 Forbidden", done.stderr)

    def test_it_says_when_nobody_is_there(self):
        done = self.client("http://127.0.0.1:1/", login="http://127.0.0.1:1")
        self.assertEqual(1, done.returncode)
        self.assertIn("connection refused", done.stderr)
