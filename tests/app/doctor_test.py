#!/usr/bin/env python3
"""`latchkey doctor`: finds what is wrong, says what to do, and changes nothing. `doctor_test.py PROGRAM`"""
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from command_test import GOOD_KEY, PROGRAM, CommandTest  # noqa: E402
from dev_service import clean_environment, free_port  # noqa: E402


class Doctor(CommandTest):
    def setUp(self):
        super().setUp()
        self.store = self.data / "latchkey.db"
        self.ports = ["--listen", f"127.0.0.1:{free_port()}", "--management-listen", f"127.0.0.1:{free_port()}"]

    def examine(self, *options, status=None, **environment):
        done = self.latchkey("doctor", "-o", "json", *self.ports, *options, **environment)
        self.assertEqual(done.stderr, "")
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if report["ok"] else 1)
        self.assertEqual(report["ok"], all(f["result"] != "problem" for f in report["findings"]))
        for each in report["findings"]:
            self.assertEqual("remedy" in each, each["result"] != "ok", each)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout)
        return report["findings"]

    def expect(self, result, check, words, *options, **more):
        findings = self.examine(*options, **more)
        for each in findings:
            if each["check"] == check and each["result"] == result and words in each["found"]:
                return each.get("remedy")
        self.fail(f"no {result} of {check} with {words!r} in {json.dumps(findings, indent=1)}")

    def state(self):
        """Everything about the data directory that a command could change. SQLite's locks in -shm are none of it."""
        found = {}
        for each in [self.data, *sorted(self.data.iterdir())]:
            status = each.stat()
            is_shm = each.name.endswith("-shm")
            content = hashlib.sha256(each.read_bytes()).hexdigest() if each.is_file() and not is_shm else None
            found[each.name] = (status.st_mode, status.st_ino, status.st_size, None if is_shm else status.st_mtime_ns, content)
        return found

    def test_all_is_well_with_a_fresh_store(self):
        self.add("bob", LATCHKEY_MASTER_KEY=GOOD_KEY)
        findings = self.examine(status=0, LATCHKEY_MASTER_KEY=GOOD_KEY)
        checks = {each["check"] for each in findings}
        self.assertLessEqual({"version", "configuration", "data directory", "file system", "free space", "store", "write-ahead log", "audit log",
                              "master key", "signing key", "memory", "processor", "open files", "server.listen",
                              "server.management_listen", "trusted proxies"}, checks)
        table = self.succeed("doctor", *self.ports, LATCHKEY_MASTER_KEY=GOOD_KEY).splitlines()
        self.assertEqual(table[0].split(), ["RESULT", "CHECK", "FOUND"])
        self.assertNotIn(GOOD_KEY, "\n".join(table))

    def test_the_audit_log_can_be_written_and_by_nobody_else(self):
        self.add("bob")
        log = self.data / "audit.log"
        place = ["--set", f"audit.file={log}"]
        self.expect("ok", "audit log", "none")
        self.expect("ok", "audit log", "standard output", "--set", "audit.file=-")
        self.expect("ok", "audit log", "which the start makes", *place)
        self.assertFalse(log.exists())
        log.touch(mode=0o600)
        self.expect("ok", "audit log", "0KiB", *place)
        for mode, result, words in [(0o644, "warning", "may be read by everybody"), (0o660, "problem", "may be changed by others")]:
            log.chmod(mode)
            self.assertIn("chmod", self.expect(result, "audit log", words, *place))
        remedy = self.expect("problem", "audit log", "is no directory", "--set", f"audit.file={self.data / 'none' / 'audit.log'}")
        self.assertIn("install -d", remedy)
        self.expect("problem", "audit log", "is no plain file", "--set", f"audit.file={self.data}")

    def test_changes_nothing_whatever_the_store_is_doing(self):
        self.examine()
        self.assertFalse(self.data.exists())
        self.add("bob")
        before = self.state()
        self.expect("ok", "store", "1 users")
        self.assertEqual(self.state(), before)
        server, _ = self.serve()
        self.add("eve")
        before = self.state()
        self.expect("ok", "store", "2 users")  # what is in the log only is seen
        self.assertEqual(self.state(), before)
        server.kill()
        server.wait()
        before = self.state()
        self.expect("ok", "store", "2 users")
        self.assertEqual(self.state(), before)
        (self.data / "latchkey.db-shm").unlink()
        before = self.state()
        self.expect("warning", "write-ahead log", "nobody has read")
        self.assertEqual(self.state(), before)

    def test_a_running_service_is_known_by_its_answer(self):
        self.add("bob")
        server, url = self.serve()
        at = url.removeprefix("http://")
        self.assertIsNone(self.expect("ok", "server.listen", "Latchkey answers", "--listen", at))
        server.terminate()
        self.assertEqual(server.wait(timeout=30), 0)
        with socket.create_server(("127.0.0.1", 0)) as other:
            remedy = self.expect("problem", "server.listen", "taken by another program", "--listen", "127.0.0.1:%d" % other.getsockname()[1])
            self.assertIn("ss -ltnp", remedy)
        self.expect("problem", "server.listen", "cannot be used", "--listen", "192.0.2.1:8080")

    def test_configuration_that_would_not_start_is_told_with_its_remedy(self):
        self.assertIn("server.threads", self.expect("problem", "configuration", "server.thread", "--set", "server.thread=4"))
        self.expect("problem", "configuration", "LATCHKEY_MASTER_KEY", LATCHKEY_MASTER_KEY="changeme")
        secret = self.directory / "key"
        secret.write_text(GOOD_KEY)
        secret.chmod(0o644)
        self.assertIn("chmod 600", self.expect("problem", "configuration", "LATCHKEY_MASTER_KEY", LATCHKEY_MASTER_KEY_FILE=str(secret)))
        file = self.directory / "latchkey.toml"
        file.write_text("")
        file.chmod(0o666)
        self.assertIn("chmod o-w", self.expect("problem", "configuration", "may be changed by every user", "--config", str(file)))

    def test_the_store_and_its_directory_are_looked_at(self):
        self.expect("warning", "store", "there is none yet")
        self.add("bob")
        self.data.chmod(0o777)
        self.assertIn("chmod 700", self.expect("problem", "data directory", "others may replace the store"))
        self.data.chmod(0o755)
        self.expect("warning", "data directory", "0755")
        self.data.chmod(0o700)
        self.store.chmod(0o644)
        self.assertIn("chmod 600", self.expect("problem", "store file", "0644"))
        self.store.chmod(0o600)
        (self.data / "latchkey.db.replaced-20260101T000000Z").touch()
        self.assertIn("rm ", self.expect("warning", "left over", "1 files"))
        good = self.store.read_bytes()
        with sqlite3.connect(self.store) as edited:
            edited.execute("PRAGMA user_version=99")
        edited.close()
        self.expect("problem", "store", "version 99")
        self.store.write_bytes(good[:8192] + os.urandom(8192) + good[16384:])
        self.assertIn("latchkey restore", self.expect("problem", "store", ""))
        self.store.write_bytes(b"rubbish" * 2000)
        self.expect("problem", "store", "not a database")

    def test_a_damaged_page_is_named_in_one_line(self):
        self.add("bob")
        with open(self.store, "r+b") as damaged:
            damaged.seek(5 * 4096)
            damaged.write(os.urandom(4096))
        self.expect("problem", "store", "is damaged: ")
        self.assertNotIn("***", self.latchkey("doctor", *self.ports).stdout)

    def test_a_store_of_somebody_else_is_not_taken_for_none(self):
        self.add("bob")
        self.data.chmod(0)
        self.addCleanup(self.data.chmod, 0o700)
        as_other = ["setpriv", "--reuid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
        self.directory.chmod(0o755)
        program = shutil.copy(PROGRAM, self.directory)  # where another user may get at it
        done = subprocess.run([*as_other, program, "doctor", "-o", "json", *self.ports], capture_output=True, text=True,
                              env=clean_environment(LATCHKEY_DATA_DIR=str(self.data)))
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        store = [each for each in json.loads(done.stdout)["findings"] if each["check"] == "store"]
        self.assertEqual([each["result"] for each in store], ["problem"])
        self.assertIn("Permission denied", store[0]["found"])

    def test_keys_and_their_master_key(self):
        self.succeed("user", "add", "bob", "--password-stdin", stdin="tangerine lanterns at dusk")
        self.succeed("key", "new")
        self.assertIn("openssl rand", self.expect("warning", "master key", "can make tokens"))
        self.expect("ok", "master key", "1 open keys are sealed at the next start", LATCHKEY_MASTER_KEY=GOOD_KEY)
        self.assertEqual(self.latchkey("key", "list", LATCHKEY_MASTER_KEY=GOOD_KEY).returncode, 0)  # seals
        self.expect("ok", "master key", "opens all keys", LATCHKEY_MASTER_KEY=GOOD_KEY)
        for other in ({}, {"LATCHKEY_MASTER_KEY": GOOD_KEY[::-1]}):
            self.assertIn("LATCHKEY_MASTER_KEY_FILE", self.expect("problem", "master key", "sealed with another one", **other))
        with sqlite3.connect(self.store) as edited:
            edited.execute("UPDATE signing_keys SET not_before = not_before - 200 * 86400000")
        edited.close()
        self.assertIn("key rotate", self.expect("warning", "signing key", "200 days", LATCHKEY_MASTER_KEY=GOOD_KEY))
        self.expect("ok", "signing key", "shared with backends", LATCHKEY_TOKENS_HMAC_SECRET=GOOD_KEY[::-1])

    def test_a_clock_behind_the_store_is_noticed(self):
        self.add("bob")
        with sqlite3.connect(self.store) as edited:
            edited.execute("UPDATE users SET updated_at = updated_at + 86400000")
        edited.close()
        self.assertIn("timedatectl", self.expect("problem", "clock", "the store"))

    def test_memory_files_and_network(self):
        self.expect("problem", "memory", "hashing.memory_budget", "--set", "hashing.memory_budget=1TiB")
        self.expect("problem", "memory", "hashing threads need", "--set", "hashing.memory_budget=1MiB")
        limited = subprocess.run(["bash", "-c", 'ulimit -n 256 && exec "$@"', "_", PROGRAM, "doctor", "-o", "json", *self.ports],
                                 capture_output=True, text=True, env=clean_environment(LATCHKEY_DATA_DIR=str(self.data)))
        self.assertRegex(limited.stdout, r"limit 256, but limits.connections = \d+ needs \d+")
        self.expect("warning", "management port", "from outside", "--management-listen", f"0.0.0.0:{free_port()}")
        self.expect("warning", "encryption", "without TLS", "--listen", f"0.0.0.0:{free_port()}")
        self.expect("problem", "trusted proxies", "admits everybody", "--set", "server.trusted_proxies=10.0.0.0/8,0.0.0.0/0")
        self.expect("warning", "trusted proxies", "server.root_path", "--set", "server.root_path=/api")

    def certificate(self, name, days):
        key, certificate = self.directory / f"{name}.key", self.directory / f"{name}.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                        "-out", certificate, "-subj", "/CN=localhost", "-days", str(days)], check=True, capture_output=True)
        key.chmod(0o600)
        return certificate, key

    def test_certificates(self):
        def tls(certificate, key):
            return ("--set", f"tls.certificate={certificate}", "--set", f"tls.key={key}")

        good, short = self.certificate("good", 90), self.certificate("short", 5)
        until = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-dateopt", "iso_8601", "-in", good[0]], check=True,
                               capture_output=True, text=True).stdout
        self.expect("ok", "certificate", until.removeprefix("notAfter=").split()[0], *tls(*good))
        self.assertIn("renew", self.expect("warning", "certificate", "good until", *tls(*short)))
        self.expect("problem", "certificate", "mismatch", *tls(good[0], short[1]))
        self.assertIn("tls.key", self.expect("problem", "certificate", "cannot use the private key", *tls(good[0], self.directory / "none")))
        good[1].chmod(0o644)
        self.assertIn("chmod 600", self.expect("problem", "private key", "may be read or changed by others", *tls(*good)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
