#!/usr/bin/env python3
"""The program as its operator meets it: commands, exit statuses, files, a terminal. `cli_test.py PROGRAM`"""
import fcntl
import json
import os
import pty
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from dev_service import DevService, free_port  # noqa: E402

PROGRAM = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
GOOD_PASSWORD = "tangerine lanterns at dusk"
GOOD_KEY = "Jr9mVYx2kq0TtSb7uHcLwE4dZ8nQpF1aGvKoXy6iMhU="


def clean_environment(**more):
    return {n: v for n, v in os.environ.items() if not n.startswith("LATCHKEY_")} | more


class CommandTest(unittest.TestCase):
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

    def add(self, name, *options, password=GOOD_PASSWORD):
        return json.loads(self.succeed("user", "add", name, "--password-stdin", "-o", "json", *options, stdin=password + "\n"))

    def users(self):
        return json.loads(self.succeed("user", "list", "-o", "json"))


class Users(CommandTest):
    def test_added_user_is_listed_and_shown(self):
        added = self.add("J\u00f6rg", "--email", "joerg@example.com", "--scope", "me", "--scope", "items", "--scope", "me")
        self.assertEqual(added["username"], "J\u00f6rg")
        self.assertEqual(added["scopes"], ["items", "me"])
        self.assertEqual([u["id"] for u in self.users()], [added["id"]])
        shown = json.loads(self.succeed("user", "show", "J\u00d6RG", "-o", "json"))
        self.assertEqual(shown, self.users()[0])
        self.assertNotIn("argon2", json.dumps(shown))
        table = self.succeed("user", "list").splitlines()
        self.assertEqual(table[0].split(), ["NAME", "ID", "EMAIL", "SCOPES", "STATUS", "CREATED"])
        self.assertEqual(table[0].index("ID"), table[1].index(added["id"]))

    def test_store_file_is_private(self):
        self.add("bob")
        self.assertEqual((self.data / "latchkey.db").stat().st_mode & 0o777, 0o600)

    def test_name_is_taken_whatever_its_case(self):
        self.add("bob")
        self.assertIn("exists", self.fail_with(1, "user", "add", "BOB", "--password-stdin", stdin=GOOD_PASSWORD))
        self.assertEqual(len(self.users()), 1)

    def test_bad_arguments_add_nobody(self):
        rows = [("user", "add", " bob"), ("user", "add", "bob", "--email", "nobody"), ("user", "add", "bob", "--scope", "two words")]
        for row in rows:
            self.fail_with(1, *row, "--password-stdin", stdin=GOOD_PASSWORD)
        for password in ["", "short", "fourteen chars", "x" * 1025, "x" * 20000]:
            message = self.fail_with(1, "user", "add", "bob", "--password-stdin", stdin=password)
            self.assertIn("password is", message)
        self.assertEqual(self.users(), [])

    def test_one_line_break_is_dropped_and_no_more(self):
        self.add("bob", password="x" * 14 + "\n")  # a second one counts as the fifteenth character
        self.fail_with(1, "user", "add", "eve", "--password-stdin", stdin="x" * 14 + "\n")

    def test_without_password_and_terminal_is_a_usage_error(self):
        message = self.fail_with(2, "user", "add", "bob")
        self.assertIn("--password-stdin", message)
        self.assertEqual(self.users(), [])

    def test_disable_enable_delete(self):
        self.add("bob")
        self.succeed("user", "disable", "bob")
        self.assertTrue(self.users()[0]["disabled"])
        self.succeed("user", "enable", "bob")
        self.assertFalse(self.users()[0]["disabled"])
        self.assertIn("--yes", self.fail_with(2, "user", "delete", "bob"))
        self.assertEqual(len(self.users()), 1)
        self.succeed("user", "delete", "bob", "--yes")
        self.assertEqual(self.users(), [])

    def test_unknown_user_is_named(self):
        self.add("bob")
        for row in [("show", "eve"), ("disable", "eve"), ("enable", "eve"), ("delete", "eve", "--yes"), ("passwd", "eve", "--password-stdin")]:
            self.assertIn("eve: no such user", self.fail_with(1, "user", *row, stdin=GOOD_PASSWORD))

    def test_only_add_makes_a_store(self):
        for row in [("list",), ("show", "bob"), ("disable", "bob"), ("passwd", "bob", "--password-stdin")]:
            self.assertIn(str(self.data), self.fail_with(1, "user", *row, stdin=GOOD_PASSWORD))
        self.assertFalse(self.data.exists())

    def test_list_is_complete_beyond_a_page(self):
        self.add("bob")
        with sqlite3.connect(self.data / "latchkey.db") as store:
            columns = [row[1] for row in store.execute("PRAGMA table_info(users)")]
            row = dict(zip(columns, store.execute("SELECT * FROM users").fetchone()))
            base = bytearray(row["id"])
            for n in range(1, 1203):
                row["id"] = bytes(base[:6] + n.to_bytes(2, "big") + base[8:])
                row |= {c: f"user{n:05}" for c in ("username", "canonical")}
                store.execute(f"INSERT INTO users ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})", list(row.values()))
        self.assertEqual(len({u["username"] for u in self.users()}), 1203)


class Keys(CommandTest):
    def setUp(self):
        super().setUp()
        self.add("bob")

    def test_new_symmetric_key_signs_at_once(self):
        first = json.loads(self.succeed("key", "new", "-o", "json"))
        second = json.loads(self.succeed("key", "new", "-o", "json"))
        self.assertEqual(second["state"], "signing")
        states = {k["kid"]: k["state"] for k in json.loads(self.succeed("key", "list", "-o", "json"))}
        self.assertEqual(states, {first["kid"]: "verifying", second["kid"]: "signing"})

    def test_new_asymmetric_key_is_published_first(self):
        self.succeed("key", "new")
        for algorithm in ["ES256", "EdDSA"]:
            self.assertEqual(json.loads(self.succeed("key", "new", "--algorithm", algorithm, "-o", "json"))["state"], "published")
        self.fail_with(2, "key", "new", "--algorithm", "none")

    def test_list_never_shows_material(self):
        self.succeed("key", "new")
        for key in json.loads(self.succeed("key", "list", "-o", "json")):
            self.assertLessEqual(set(key), {"kid", "algorithm", "created_at", "signs_from", "retired_at", "state"})

    def test_sealed_keys_need_their_master_key(self):
        self.succeed("key", "new", LATCHKEY_MASTER_KEY=GOOD_KEY)
        self.succeed("key", "list", LATCHKEY_MASTER_KEY=GOOD_KEY)
        self.assertIn("LATCHKEY_MASTER_KEY_FILE", self.fail_with(1, "key", "new"))
        self.fail_with(1, "key", "list", LATCHKEY_MASTER_KEY=GOOD_KEY[::-1])


class Configuration(CommandTest):
    def test_init_writes_a_file_that_check_admits(self):
        file = self.directory / "latchkey.toml"
        self.succeed("config", "init", str(file))
        self.assertEqual(file.read_text(), self.succeed("config", "init"))
        self.succeed("config", "check", "--config", str(file))
        self.assertIn("exists", self.fail_with(1, "config", "init", str(file)))

    def test_every_error_is_reported_with_its_line(self):
        file = self.directory / "latchkey.toml"
        file.write_text("[server]\nlisten = \":http\"\nthread = 1\n[tls]\ncertificate = \"c.pem\"\n")
        message = self.fail_with(78, "serve", LATCHKEY_CONFIG=str(file))
        for part in [f"{file}:2", f"{file}:3: unknown key\n  try: server.threads", f"{file}:5: is set without tls.key"]:
            self.assertIn(part, message)

    def test_misspelt_variable_is_an_error(self):
        self.assertIn("LATCHKEY_SERVER_LISTEN", self.fail_with(78, "config", "check", LATCHKEY_SERVER_LISEN=":1"))

    def test_world_readable_secret_is_refused_with_the_command_that_mends_it(self):
        file = self.directory / "key"
        file.write_text(GOOD_KEY + "\n")
        file.chmod(0o644)
        message = self.fail_with(78, "serve", LATCHKEY_MASTER_KEY_FILE=str(file))
        self.assertIn(f"chmod 600 {file}", message)
        self.assertNotIn(GOOD_KEY, message)
        subprocess.run(["chmod", "600", file], check=True)
        self.succeed("config", "check", LATCHKEY_MASTER_KEY_FILE=str(file))

    def test_bad_secret_files_are_refused(self):
        short = self.directory / "short"
        short.touch(mode=0o600)
        short.write_text("short\n")
        for path in [short, self.directory, self.directory / "missing", "/dev/zero", "/dev/null"]:
            self.fail_with(78, "config", "check", LATCHKEY_TOKENS_HMAC_SECRET_FILE=str(path))
        both = {"LATCHKEY_MASTER_KEY": GOOD_KEY, "LATCHKEY_MASTER_KEY_FILE": str(short)}
        self.assertIn("unset one", self.fail_with(78, "config", "check", **both))


class Terminal(CommandTest):
    """`user add` on a pseudo-terminal."""

    def start(self, *arguments):
        child, self.terminal = pty.fork()
        if child == 0:
            os.execve(PROGRAM, [PROGRAM, *arguments, "--data-dir", str(self.data)], clean_environment())
        self.addCleanup(os.close, self.terminal)
        self.seen = ""
        return child

    def expect(self, text):
        deadline = time.monotonic() + 30
        while text not in self.seen:
            self.assertLess(time.monotonic(), deadline, f"no {text!r} in {self.seen!r}")
            if select.select([self.terminal], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.terminal, 4096).decode()
                except OSError:
                    self.fail(f"no {text!r} in {self.seen!r}")

    def type(self, text):
        deadline = time.monotonic() + 10
        while self.echo():  # typed ahead would be flushed
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        os.write(self.terminal, text.encode())

    def echo(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def other_end(self):
        number = struct.unpack("I", fcntl.ioctl(self.terminal, 0x80045430, bytes(4)))[0]  # TIOCGPTN
        return f"/dev/pts/{number}"

    def status(self, child):
        while True:
            try:
                if not os.read(self.terminal, 4096):
                    break
            except OSError:
                break
        return os.waitpid(child, 0)[1]

    def test_password_is_asked_for_twice_without_echo(self):
        child = self.start("user", "add", "bob")
        self.expect("Password: ")
        self.type(GOOD_PASSWORD + "\n")
        self.expect("Again: ")
        self.type(GOOD_PASSWORD + "\n")
        self.expect("active")
        self.assertNotIn("tangerine", self.seen)
        self.assertEqual(self.status(child), 0)

    def test_two_that_differ_are_refused(self):
        child = self.start("user", "add", "bob")
        self.expect("Password: ")
        self.type(GOOD_PASSWORD + "\n")
        self.expect("Again: ")
        self.type(GOOD_PASSWORD + "!\n")
        self.expect("not the same")
        self.assertEqual(os.waitstatus_to_exitcode(self.status(child)), 1)
        self.assertEqual(self.users(), [])

    def test_interrupt_gives_the_terminal_its_echo_back(self):
        for interrupt in [lambda child: os.write(self.terminal, b"\x03"), lambda child: os.kill(child, signal.SIGTERM)]:
            child = self.start("user", "add", "bob")
            self.expect("Password: ")
            self.type("half a passw")
            keep = os.open(self.other_end(), os.O_RDWR | os.O_NOCTTY)  # so that the settings outlive the child
            interrupt(child)
            self.assertIn(os.WTERMSIG(os.waitpid(child, 0)[1]), [signal.SIGINT, signal.SIGTERM])
            self.assertTrue(self.echo())
            os.close(keep)

    def test_delete_asks(self):
        self.add("bob")
        for answer, left in [("n\n", 1), ("y\n", 0)]:
            child = self.start("user", "delete", "bob")
            self.expect("[y/N]")
            os.write(self.terminal, answer.encode())
            self.status(child)
            self.assertEqual(len(self.users()), left)


def request(url, form=None, token=None):
    """Status and JSON body."""
    data = urllib.parse.urlencode(form).encode() if form else None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)


class Serving(CommandTest):
    def test_dev_answers_and_leaves_nothing_behind(self):
        with tempfile.TemporaryFile("w+") as log:
            with DevService(PROGRAM, environment={"TMPDIR": str(self.directory)}, log=log) as service:
                self.assertEqual(len(list(self.directory.iterdir())), 1)
                self.assertEqual(request(service.url + "/items/", token=service.token())[0], 200)
                self.succeed("healthcheck", "--management-listen", f"127.0.0.1:{service.management_port}")
                self.succeed("healthcheck", "--url", service.management_url + "/livez")
            log.seek(0)
            banner = log.read()
        for part in ["johndoe", "secret", f"{service.url}/token", f"{service.url}/items/"]:
            self.assertIn(part, banner)
        self.assertEqual(list(self.directory.iterdir()), [])
        self.assertIn("healthcheck", self.fail_with(1, "healthcheck", "--url", service.management_url + "/readyz"))

    def test_environment_wins_over_devs_default_address(self):
        shown = json.loads(self.succeed("config", "show", "-o", "json", LATCHKEY_SERVER_LISTEN="0.0.0.0:8080"))
        self.assertEqual(shown["server.listen"]["value"], "0.0.0.0:8080")

    def test_commands_change_the_accounts_of_a_running_server(self):
        self.add("bob", "--scope", "items")
        port, management = free_port(), free_port()
        master_key = {"LATCHKEY_MASTER_KEY": GOOD_KEY}
        server = subprocess.Popen([PROGRAM, "serve", "--listen", f"127.0.0.1:{port}", "--management-listen", f"127.0.0.1:{management}"],
                                  env=clean_environment(LATCHKEY_DATA_DIR=str(self.data), **master_key), stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        deadline = time.monotonic() + 30
        while self.latchkey("healthcheck", "--management-listen", f"127.0.0.1:{management}").returncode != 0:
            self.assertLess(time.monotonic(), deadline)
        url = f"http://127.0.0.1:{port}"
        login = {"username": "bob", "password": GOOD_PASSWORD}
        status, answer = request(url + "/token", login)
        self.assertEqual(status, 200, answer)
        token = answer["access_token"]
        self.assertEqual(request(url + "/items/", token=token)[0], 200)

        self.succeed("user", "disable", "bob", **master_key)
        deadline = time.monotonic() + 1
        while request(url + "/items/", token=token)[0] != 401:
            self.assertLess(time.monotonic(), deadline, "the token of a disabled user was good for longer than a second")
        self.assertEqual(request(url + "/token", login)[0], 400)
        self.succeed("user", "enable", "bob", **master_key)
        self.assertEqual(request(url + "/token", login)[0], 200)

        self.assertNotIn(GOOD_KEY.encode(), Path(f"/proc/{server.pid}/environ").read_bytes() if os.geteuid() == 0 else b"")
        server.terminate()
        self.assertEqual(server.wait(timeout=30), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
