#!/usr/bin/env python3
"""Drives the image as an operator and a client do.

    image_test.py IMAGE DOCKER_COMMAND...
"""
import io
import subprocess
import sys
import tarfile
import time
import unittest
import urllib.parse
import uuid

from container import LOCKED_DOWN, Container, Engine
from load_client import LoadClient

SIZE_LIMIT = 40_000_000  # bytes, unpacked
USER, PASSWORD = "alice", "tangerine lanterns at dusk"


class Image(unittest.TestCase):
    """What is in it."""

    @classmethod
    def setUpClass(cls):
        cls.config = ENGINE.inspect(ENGINE.image)["Config"]
        name = ENGINE.docker("create", ENGINE.image).stdout.strip()
        exported = subprocess.run([*ENGINE.command, "export", name], capture_output=True, check=True).stdout
        ENGINE.docker("rm", "-v", name)
        cls.entries = tarfile.open(fileobj=io.BytesIO(exported)).getmembers()

    def test_is_at_most_40_mb(self):
        size = sum(entry.size for entry in self.entries)
        print(f"\nimage: {size / 1e6:.1f} MB unpacked, {len(self.entries)} entries")
        self.assertLessEqual(size, SIZE_LIMIT)

    def test_holds_one_program_and_no_shell(self):
        programs = [e.name for e in self.entries if e.isfile() and e.mode & 0o111 and "bin/" in e.name]
        self.assertEqual(["usr/bin/latchkey"], programs)
        for command in ("/bin/sh", "/bin/bash", "/usr/bin/apt-get", "/usr/bin/dpkg"):
            done = ENGINE.docker("run", "--rm", "--entrypoint", command, ENGINE.image, check=False)
            self.assertNotEqual(0, done.returncode, command)

    def test_holds_nothing_set_user_id(self):
        self.assertEqual([], [e.name for e in self.entries if e.isfile() and e.mode & 0o6000])

    def test_runs_as_a_numeric_unprivileged_user(self):
        self.assertEqual("65532:65532", self.config["User"])

    def test_the_data_directory_belongs_to_that_user_alone(self):
        directory = next(e for e in self.entries if e.name.rstrip("/") == "var/lib/latchkey")
        self.assertEqual((65532, 65532, 0o700), (directory.uid, directory.gid, directory.mode & 0o777))

    def test_ships_the_licence_of_every_library(self):
        names = {e.name for e in self.entries}
        self.assertIn("usr/share/doc/latchkey/copyright", names)
        self.assertIn("usr/share/doc/swagger-ui/copyright", names)
        self.assertIn("usr/share/doc/latchkey-blocklist/copyright", names)
        self.assertIn("usr/share/doc/libc6/copyright", names)
        self.assertTrue(any(n.startswith("usr/share/doc/libssl3") for n in names))
        for linked_in in ("libboost", "libcli11", "libfmt", "libspdlog", "libstdc++", "libtomlplusplus"):
            self.assertTrue(any(n.startswith(f"usr/share/doc/{linked_in}") for n in names), linked_in)

    def test_carries_the_labels_and_the_stop_signal(self):
        labels = self.config["Labels"]
        for label in ("title", "description", "licenses", "revision"):
            self.assertTrue(labels.get(f"org.opencontainers.image.{label}"), label)
        self.assertEqual("SIGTERM", self.config["StopSignal"])

    def test_tells_its_version(self):
        self.assertRegex(ENGINE.once("version").stdout, r"\d+\.\d+\.\d+")


class Development(unittest.TestCase):
    def test_dev_gives_a_token_and_lets_it_through(self):
        with Container(ENGINE, "dev", options=["--tmpfs", "/tmp"]) as service:
            status, answer = service.log_in("johndoe", "secret")
            self.assertEqual(200, status, answer)
            token = answer["access_token"]
            self.assertEqual((200, {"token": token}), service.items(token))
            self.assertEqual(401, service.items(token + "x")[0])
            self.assertEqual(400, service.log_in("johndoe", "wrong")[0])


class Service(unittest.TestCase):
    """`serve` with a volume."""

    def setUp(self):
        self.volume = f"latchkey-test-{uuid.uuid4().hex[:12]}"
        ENGINE.docker("volume", "create", self.volume)
        self.addCleanup(ENGINE.docker, "volume", "rm", "-f", self.volume)
        self.mount = ["-v", f"{self.volume}:/var/lib/latchkey"]

    def add_user(self):
        ENGINE.once("user", "add", USER, "--password-stdin", volume=self.volume, text_in=PASSWORD + "\n")

    def token(self, service: Container) -> str:
        status, answer = service.log_in(USER, PASSWORD)
        self.assertEqual(200, status, answer)
        return answer["access_token"]

    def test_users_and_keys_outlive_the_container(self):
        self.add_user()
        with Container(ENGINE, options=self.mount) as service:
            token = self.token(service)
            service.restart()
            self.assertEqual(200, service.items(token)[0], "after a restart")
        with Container(ENGINE, options=self.mount) as service:
            self.assertEqual(200, service.items(token)[0], "in a new container")
            self.token(service)

    def test_users_are_administered_while_it_runs(self):
        with Container(ENGINE, options=self.mount) as service:
            self.assertEqual(400, service.log_in(USER, PASSWORD)[0])
            self.add_user()
            token = self.token(service)
            ENGINE.once("user", "disable", USER, volume=self.volume)
            deadline = time.monotonic() + 1.5  # promised: within a second
            while service.items(token)[0] == 200:
                self.assertLess(time.monotonic(), deadline, "the token of a disabled user is still let through")
            self.assertEqual(401, service.items(token)[0])

    def test_becomes_healthy(self):
        options = [*self.mount, "--health-interval", "1s"]
        with Container(ENGINE, options=options) as service:
            deadline = time.monotonic() + 30
            while (health := service.state()["Health"])["Status"] != "healthy":
                self.assertLess(time.monotonic(), deadline, health)
                time.sleep(0.2)

    def test_the_healthcheck_fails_when_nothing_answers(self):
        self.assertEqual(1, ENGINE.once("healthcheck", check=False).returncode)

    def test_a_volume_of_somebody_else_is_refused_with_a_reason(self):
        done = ENGINE.docker("run", "--rm", *LOCKED_DOWN, "--tmpfs", "/var/lib/latchkey:mode=0755,uid=0", ENGINE.image,
                             check=False)
        self.assertNotEqual(0, done.returncode)
        self.assertIn("/var/lib/latchkey", done.stderr)

    def test_sigterm_under_load_loses_no_request(self):
        self.add_user()
        with Container(ENGINE, options=self.mount) as service:
            token = self.token(service)
            with LoadClient((service.address, 8080), [login()] * 8 + [items(token)] * 8) as load:
                time.sleep(2)
                signalled_at = time.monotonic()
                ENGINE.docker("kill", "--signal", "TERM", service.name)
                self.assertEqual(0, service.wait())
                stopped_at = time.monotonic()
                time.sleep(0.2)

            answered = [r for r in load.requests if r.done_at is not None]
            in_flight = [r for r in load.requests
                         if r.was_sent_before(signalled_at) and not (r.done_at and r.done_at < signalled_at)]
            lost = [r for r in load.requests if r.is_lost(signalled_at)]
            print(f"\ndrain: {len(load.requests)} sent, {len(answered)} answered, {len(in_flight)} in flight at SIGTERM, "
                  f"{len(lost)} lost, stopped after {stopped_at - signalled_at:.2f} s")
            self.assertGreater(len(answered), 200)
            self.assertGreater(len(in_flight), 0)
            self.assertEqual([], lost)
            self.assertEqual({200}, {r.status for r in answered})
            self.assertLess(stopped_at - signalled_at, 10)


def login() -> bytes:
    form = urllib.parse.urlencode({"username": USER, "password": PASSWORD}).encode()
    return (b"POST /token HTTP/1.1\r\nHost: latchkey\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(form), form))


def items(token: str) -> bytes:
    return f"GET /items/ HTTP/1.1\r\nHost: latchkey\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


if __name__ == "__main__":
    ENGINE = Engine(sys.argv[2:] or ["docker"], sys.argv[1])
    unittest.main(argv=[sys.argv[0], "--verbose"])
