#!/usr/bin/env python3
"""The audit log and the log of requests as their operator meets them. `audit_test.py PROGRAM`"""
import json
import os
import signal
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from command_test import GOOD_PASSWORD, CommandTest, request  # noqa: E402


class AuditTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.data.mkdir()
        self.file = self.data / "audit.log"

    def latchkey(self, *arguments, **more):
        more.setdefault("LATCHKEY_AUDIT_FILE", str(self.file))
        return super().latchkey(*arguments, **more)

    def serve(self, **more):
        more.setdefault("LATCHKEY_AUDIT_FILE", str(self.file))
        return super().serve(**more)

    def records(self, file=None):
        return [json.loads(line) for line in (file or self.file).read_text().splitlines()]

    def events(self):
        return [record["event"] for record in self.records()]

    def verify(self, *arguments):
        done = self.latchkey("audit", "verify", *arguments, "-o", "json")
        return done.returncode, json.loads(done.stdout)


class Commands(AuditTest):
    def test_administration_by_commands_is_recorded(self):
        user = self.add("bob", "--scope", "items")
        self.succeed("user", "disable", "bob")
        self.succeed("user", "enable", "bob")
        self.succeed("user", "passwd", "bob", "--password-stdin", stdin=GOOD_PASSWORD + "!")
        self.succeed("token", "issue", "bob")
        self.latchkey("client", "add", "Shop", "--id", "shop")
        self.latchkey("client", "secret", "shop")
        self.succeed("client", "disable", "shop")
        self.succeed("client", "delete", "shop", "--yes")
        self.succeed("key", "rotate")
        self.succeed("user", "delete", "bob", "--yes")
        self.assertEqual(self.events(), ["user_created", "user_disabled", "user_enabled", "password_set", "token_issued", "client_created",
                                         "client_secret_added", "client_disabled", "client_deleted", "signing_key_added", "user_deleted"])
        first = self.records()[0]
        self.assertEqual((first["by"], first["uid"], first["account"]), ("command line", os.getuid(), user["id"]))
        self.assertEqual(self.verify()[0], 0)

    def test_reading_commands_leave_nothing(self):
        self.add("bob")
        for row in [("user", "list"), ("user", "show", "bob"), ("client", "list"), ("key", "list"), ("audit", "verify")]:
            self.succeed(*row)
        self.assertEqual(self.events(), ["user_created"])

    def test_a_file_that_is_something_else_is_left_alone_and_the_command_says_so(self):
        self.file.write_text("root:x:0:0\n")
        message = self.fail_with(1, "user", "add", "bob", "--password-stdin", stdin=GOOD_PASSWORD)
        self.assertIn("nothing was done, because it could not be recorded", message)
        self.assertIn("is not an audit log", message)
        self.assertEqual(self.file.read_text(), "root:x:0:0\n")
        self.assertEqual(json.loads(super().latchkey("user", "list", "-o", "json").stdout), [])

    def test_commands_say_when_the_audit_log_is_not_theirs(self):
        done = self.latchkey("user", "add", "bob", "--password-stdin", stdin=GOOD_PASSWORD, LATCHKEY_AUDIT_FILE="-")
        self.assertEqual(done.returncode, 0)
        self.assertIn("not recorded: audit.file is standard output", done.stderr)

    def test_a_service_does_not_start_without_its_audit_log(self):
        self.file.write_text("root:x:0:0\n")
        message = self.fail_with(1, "serve", "--listen", "127.0.0.1:0", "--management-listen", "127.0.0.1:0")
        self.assertIn("is not an audit log", message)
        self.assertIn("try:", message)


class Verification(AuditTest):
    def setUp(self):
        super().setUp()
        for name in ["ann", "bob", "eve"]:
            self.add(name)

    def test_tells_first_last_and_that_all_is_well(self):
        status, report = self.verify()
        self.assertEqual(status, 0)
        self.assertEqual((report["records"], report["chains"], report["findings"], report["macs_verified"]), (3, 1, [], True))
        self.assertEqual(report["last_hash"], self.records()[-1]["hash"])
        table = self.succeed("audit", "verify")
        self.assertIn("every record's mac was checked", table)

    def test_finds_what_was_changed_with_file_and_line(self):
        lines = self.file.read_text().splitlines(True)
        lines[1] = lines[1].replace("bob", "bab")
        self.file.write_text("".join(lines))
        status, report = self.verify()
        self.assertEqual(status, 1)
        self.assertEqual(report["findings"], [{"file": str(self.file), "line": 2, "finding": "was changed: its hash does not fit"}])
        done = self.latchkey("audit", "verify")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"2 +\S+audit\.log +was changed")

    def test_finds_a_cut_end_only_by_a_hash_that_was_noted(self):
        noted = self.records()[-1]["hash"]
        self.assertEqual(self.verify("--contains", noted)[0], 0)
        self.file.write_text("".join(self.file.read_text().splitlines(True)[:-1]))
        self.assertEqual(self.verify()[0], 0)
        self.assertEqual(self.verify("--contains", noted)[0], 1)
        self.assertIn("64 hexadecimal digits", self.fail_with(2, "audit", "verify", "--contains", "abc"))

    def test_finds_records_that_are_there_twice_and_a_beginning_that_is_not(self):
        text = self.file.read_text()
        self.file.write_text(text + text)
        self.assertEqual(self.verify()[0], 1)
        self.file.write_text("".join(text.splitlines(True)[1:]))
        self.assertEqual(self.verify()[0], 0)
        self.assertEqual(self.verify("--one-chain")[0], 1)

    def test_another_installation_sees_that_the_records_are_not_its_own(self):
        other = self.directory / "other"
        self.assertEqual(self.latchkey("user", "add", "x", "--password-stdin", stdin=GOOD_PASSWORD, LATCHKEY_DATA_DIR=str(other),
                                       LATCHKEY_AUDIT_FILE="").returncode, 0)
        done = self.latchkey("audit", "verify", str(self.file), LATCHKEY_DATA_DIR=str(other))
        self.assertEqual(done.returncode, 1)
        self.assertIn("not written by this installation", done.stdout)
        self.assertIn("no: 3 of 3 are not. Is it the log of another store?", done.stdout)
        without = self.latchkey("audit", "verify", str(self.file), "--without-key", LATCHKEY_DATA_DIR=str(other))
        self.assertEqual(without.returncode, 0)

    def test_reads_standard_input_and_several_files(self):
        older = self.data / "audit.log.1"
        lines = self.file.read_text().splitlines(True)
        older.write_text(lines[0])
        self.file.write_text("".join(lines[1:]))
        self.assertEqual(self.verify(str(older), str(self.file), "--one-chain")[0], 0)
        self.assertEqual(self.verify(str(self.file), str(older), "--one-chain")[0], 1)
        self.assertEqual(self.latchkey("audit", "verify", "-", stdin="".join(lines)).returncode, 0)

    def test_a_wrong_call_says_what_to_type(self):
        self.assertIn("audit.file names none", self.fail_with(2, "audit", "verify", LATCHKEY_AUDIT_FILE=""))
        self.assertIn("No such file", self.fail_with(1, "audit", "verify", str(self.data / "nowhere")))
        self.assertIn("is a directory", self.fail_with(1, "audit", "verify", str(self.data)))
        self.assertIn("audit verify", self.fail_with(2, "audit", "verfy"))
        empty = self.data / "empty"
        empty.touch()
        status, report = self.verify(str(empty))
        self.assertEqual((status, report["macs_verified"]), (1, False))
        self.assertEqual(self.latchkey("audit", "verify", str(empty)).stdout, "there is no record\n\nrecords  0\n")


class Service(AuditTest):
    def log_in(self, url, password=GOOD_PASSWORD, headers=None):
        return request(f"{url}/token", {"username": "bob", "password": password}, headers=headers)

    def test_rotation_by_rename_and_sighup_keeps_one_chain(self):
        self.add("bob")
        server, url = self.serve()
        self.log_in(url)
        older = self.data / "audit.log.1"
        self.file.rename(older)
        server.send_signal(signal.SIGHUP)
        while not self.file.exists() or "configuration_reloaded" not in self.file.read_text() + older.read_text():
            time.sleep(0.02)
        self.log_in(url)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(30), 0)
        self.assertEqual(self.verify(str(older), str(self.file), "--one-chain")[0], 0)
        self.assertEqual(self.events()[-2:], ["login_succeeded", "service_stopped"])

    def test_what_was_answered_is_recorded_although_the_service_is_killed(self):
        self.add("bob")
        server, url = self.serve()
        answered = []

        def log_in_again_and_again(number):
            for turn in range(1000):
                name = f"{number}-{turn}"
                try:
                    status = self.log_in(url, headers={"X-Request-Id": name})[0]
                except OSError:
                    return
                if status == 200:
                    answered.append(name)
        threads = [threading.Thread(target=log_in_again_and_again, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        while len(answered) < 40:
            time.sleep(0.01)
        server.kill()
        for thread in threads:
            thread.join()
        recorded = {record["request_id"] for record in self.records_that_are_whole() if record["event"] == "login_succeeded"}
        self.assertEqual(set(answered) - recorded, set())
        self.succeed("user", "disable", "bob")  # goes on behind whatever the kill has left
        self.assertEqual(self.verify("--one-chain")[0], 0)

    def records_that_are_whole(self):
        return [json.loads(line) for line in self.file.read_text().split("\n")[:-1]]

    def test_standard_output_is_a_stream_of_its_own(self):
        self.add("bob", LATCHKEY_AUDIT_FILE="")
        stream = self.directory / "stdout"
        with stream.open("w") as output:
            server, url = self.serve(stdout=output, LATCHKEY_AUDIT_FILE="-")
        self.log_in(url, "wrong")
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(30), 0)
        self.assertEqual([record["event"] for record in self.records(stream)], ["service_started", "login_failed", "service_stopped"])
        self.assertEqual(self.verify(str(stream))[0], 0)

    def test_log_audit_log_and_answer_name_a_request_alike(self):
        self.add("bob")
        log = self.directory / "log"
        with log.open("w") as output:
            server, url = self.serve(stderr=output, LATCHKEY_LOG_REQUESTS="true", LATCHKEY_LOG_LEVEL="debug")
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        self.log_in(url, headers={"X-Request-Id": "r-1", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(30), 0)
        lines = [line for line in self.records(log) if line.get("request_id") == "r-1"]
        self.assertEqual([line["event"] for line in lines], ["token issued", "request"])
        self.assertEqual({line["trace_id"] for line in lines}, {trace})
        self.assertEqual((lines[1]["method"], lines[1]["route"], lines[1]["status"]), ("POST", "/token", 200))
        login = [record for record in self.records() if record["event"] == "login_succeeded"]
        self.assertEqual((login[0]["request_id"], login[0]["trace_id"]), ("r-1", trace))


if __name__ == "__main__":
    unittest.main(verbosity=2)
