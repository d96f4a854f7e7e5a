#!/usr/bin/env python3
"""`latchkey backup` and `restore`: whole at any moment, and safe when the state is an old one. `backup_test.py PROGRAM`"""
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from command_test import GOOD_KEY, GOOD_PASSWORD, PROGRAM, CommandTest, request, run_on_terminal  # noqa: E402
from dev_service import clean_environment  # noqa: E402

OTHER_KEY = GOOD_KEY[::-1]
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43


class BackupTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.store = self.data / "latchkey.db"
        self.file = self.directory / "backup.db"

    def backup(self, *options, **more):
        return json.loads(self.succeed("backup", str(self.file), "-o", "json", *options, **more))

    def restore(self, *options, **more):
        return json.loads(self.succeed("restore", str(self.file), "--yes", "-o", "json", *options, **more))

    def names(self):
        return sorted(user["username"] for user in self.users())

    def files(self):
        return sorted(entry.name for entry in self.data.iterdir())

    def add_many(self, count):
        lines = "".join(json.dumps({"username": f"user{n}", "password_hash": HASH}) + "\n" for n in range(count))
        self.succeed("user", "import", stdin=lines)

    def edit(self, file, script):
        with sqlite3.connect(file) as database:
            database.executescript(script)
        database.close()


class Backups(BackupTest):
    def test_is_one_private_file_with_everything(self):
        self.add("bob")
        self.succeed("key", "new")
        made = self.backup()
        self.assertEqual(made, {"file": str(self.file), "bytes": self.file.stat().st_size, "users": 1, "schema_version": 4,
                                "sealed_keys": 0, "open_keys": 1})
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(sorted(os.listdir(self.directory)), ["backup.db", "data"])
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as copy:
            self.assertEqual(copy.execute("PRAGMA journal_mode").fetchone(), ("delete",))
            self.assertEqual(copy.execute("SELECT username FROM users").fetchall(), [("bob",)])
        shown = self.succeed("backup", str(self.directory / "other.db"))
        self.assertIn("whoever has this file can make tokens", shown)
        sealed = self.succeed("backup", str(self.directory / "sealed.db"), LATCHKEY_MASTER_KEY=GOOD_KEY)
        self.assertIn("password hashes", sealed)

    def test_replaces_a_file_only_by_force_and_never_the_store(self):
        self.add("bob")
        self.file.write_text("precious")
        self.assertIn("--force", self.fail_with(1, "backup", str(self.file)))
        self.assertEqual(self.file.read_text(), "precious")
        self.assertEqual(self.backup("--force")["users"], 1)
        link = self.directory / "link.db"
        link.symlink_to(self.store)
        hard = self.directory / "hard.db"
        hard.hardlink_to(self.store)
        for target in [self.store, Path(f"{self.store}-wal"), link, hard, self.directory / "data" / ".." / "data" / "latchkey.db"]:
            self.assertIn("is the store itself", self.fail_with(1, "backup", str(target), "--force"))
        self.assertIn("is a directory", self.fail_with(1, "backup", str(self.directory), "--force"))
        self.assertIn("is no plain file", self.fail_with(1, "backup", "/dev/null", "--force"))
        self.assertIn("No such file", self.fail_with(1, "backup", str(self.directory / "none" / "b.db")))
        for command in ("backup", "restore"):
            self.assertIn("the name of the file is empty", self.fail_with(2, command, ""))
        self.assertEqual(self.names(), ["bob"])

    def test_makes_no_store(self):
        refusal = self.fail_with(1, "backup", str(self.file))
        self.assertIn("there is no such store\n  try: --data-dir DIR", refusal)
        self.assertFalse(self.data.exists())
        self.assertEqual(os.listdir(self.directory), [])

    def test_goes_to_standard_output_whole_or_not_at_all(self):
        self.add("bob")
        done = subprocess.run([PROGRAM, "backup", "-"], capture_output=True, env=clean_environment(LATCHKEY_DATA_DIR=str(self.data)))
        self.assertEqual((done.returncode, done.stderr, done.stdout[:15]), (0, b"", b"SQLite format 3"))
        self.file.write_bytes(done.stdout)
        self.assertEqual(self.files(), ["latchkey.db"])
        with open(self.file, "rb") as backup:
            done = subprocess.run([PROGRAM, "restore", "-", "--yes"], stdin=backup, capture_output=True,
                                  env=clean_environment(LATCHKEY_DATA_DIR=str(self.directory / "moved")))
        self.assertEqual(done.returncode, 0, done.stderr)
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "backup", "-"], stdout=full, stderr=subprocess.PIPE, env=clean_environment(LATCHKEY_DATA_DIR=str(self.data)))
        self.assertEqual(done.returncode, 1)

    def test_is_one_state_while_a_service_runs_and_writes(self):
        self.add("bob", "--scope", "items")
        server, url = self.serve()
        stop = threading.Event()

        def pairs():
            """Two sessions at a time, of which a state that is torn would show one."""
            while not stop.is_set():
                with sqlite3.connect(self.store, timeout=10) as other:
                    other.execute("BEGIN IMMEDIATE")
                    for name in ("one", "two"):
                        other.execute("INSERT INTO secrets (name, material, sealed) VALUES (?, x'00', 0)", (f"{name} {random.random()}",))
                other.close()

        writer = threading.Thread(target=pairs)
        writer.start()
        try:
            for _ in range(5):
                self.backup("--force")
                with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as copy:
                    count = lambda name: copy.execute("SELECT count(*) FROM secrets WHERE name LIKE ?", (name,)).fetchone()
                    self.assertEqual(count("one %"), count("two %"))
        finally:
            stop.set()
            writer.join()
        self.assertEqual(request(url + "/token", {"username": "bob", "password": GOOD_PASSWORD})[0], 200)

    def test_a_stranger_in_the_directory_gets_no_hold_of_it(self):
        self.add("bob")
        planted = Path(f"{self.file}.partial")
        planted.touch(0o666)
        opened = open(planted)
        self.addCleanup(opened.close)
        self.backup()
        self.assertEqual(opened.read(), "")
        self.file.unlink()
        victim = self.directory / "victim"
        victim.write_text("precious")
        planted.symlink_to(victim)
        self.fail_with(1, "backup", str(self.file))
        self.assertEqual(victim.read_text(), "precious")

    def interrupt(self, number):
        """Sends the signal as soon as the backup has begun; its exit status."""
        with subprocess.Popen([PROGRAM, "backup", str(self.file), "--force"], env=clean_environment(LATCHKEY_DATA_DIR=str(self.data)),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            while running.poll() is None and not Path(f"{self.file}.partial").exists():
                pass
            running.send_signal(number)
        return running.returncode

    def test_a_signal_leaves_nothing(self):
        self.add_many(20000)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for _ in range(30):  # it may be faster than we are
                status = self.interrupt(number)
                self.assertIn(status, (-number, 0))
                self.assertFalse(Path(f"{self.file}.partial").exists())
                self.assertEqual(self.file.exists(), status == 0)
                self.file.unlink(missing_ok=True)
                if status != 0:
                    break
            self.assertEqual(status, -number)

    def test_a_damaged_store_is_not_taken_for_a_backup(self):
        self.add_many(2000)
        content = bytearray(self.store.read_bytes())
        content[40 * 4096:60 * 4096] = os.urandom(20 * 4096)
        self.store.write_bytes(content)
        self.assertIn("damaged", self.fail_with(1, "backup", str(self.file)))
        self.assertEqual(os.listdir(self.directory), ["data"])

    def test_progress_is_for_a_terminal_only_and_goes_away(self):
        self.add_many(20000)
        for terminal, shows in [("xterm", True), ("dumb", False)]:
            environment = clean_environment(LATCHKEY_DATA_DIR=str(self.data), TERM=terminal, NO_COLOR="1")
            status, _, seen = run_on_terminal([PROGRAM, "backup", str(self.file), "--force"], environment)
            self.assertEqual(status, 0)
            self.assertNotIn("\033", seen)
            if shows:
                self.assertRegex(seen, r"\rcopying \d+ %")
                self.assertRegex(seen, r"\r +\r$")
            else:
                self.assertEqual(seen, "")


class Restores(BackupTest):
    def test_brings_the_state_back_and_keeps_the_other(self):
        self.add("bob")
        self.backup()
        self.add("eve")
        done = self.restore()
        self.assertEqual(self.names(), ["bob"])
        self.assertEqual(self.store.stat().st_mode & 0o777, 0o600)
        self.assertEqual([name for name in self.files() if "-" not in name.removeprefix("latchkey.db.replaced-")],
                         ["latchkey.db", Path(done["replaced"]).name])
        self.assertEqual(self.latchkey("restore", done["replaced"], "--yes").returncode, 0)
        self.assertEqual(self.names(), ["bob", "eve"])

    def test_makes_a_store_where_there_is_none(self):
        self.add("bob")
        self.backup()
        shutil.rmtree(self.data)
        self.assertNotIn("replaced", self.restore())
        self.assertEqual(self.names(), ["bob"])
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)

    def test_asks_before_it_replaces(self):
        self.add("bob")
        self.backup()
        self.assertIn("--yes", self.fail_with(2, "restore", str(self.file)))

    def test_is_refused_while_anybody_has_the_store_open(self):
        self.add("bob")
        self.backup()
        server, _ = self.serve()
        before = self.store.stat().st_ino
        self.assertIn("the store is in use", self.fail_with(1, "restore", str(self.file), "--yes"))
        server.kill()
        server.wait()
        reading = sqlite3.connect(self.store)  # another program, which knows nothing of our lock
        reading.execute("SELECT * FROM users").fetchall()
        self.assertIn("another program has the store open", self.fail_with(1, "restore", str(self.file), "--yes"))
        self.assertEqual(self.store.stat().st_ino, before)
        reading.close()
        self.assertEqual(self.names(), ["bob"])
        self.restore()

    def test_what_is_no_backup_changes_nothing(self):
        self.add("bob")
        self.backup()
        good = self.file.read_bytes()
        foreign, newer, older, trigger, lonely = (self.directory / name for name in ("foreign.db", "newer.db", "older.db", "trigger.db", "lonely.db"))
        self.edit(foreign, "CREATE TABLE users (id); INSERT INTO users VALUES (1)")
        for file, script in [(newer, "PRAGMA user_version=99"), (lonely, "DROP TABLE clients"),
                             (trigger, "CREATE TRIGGER spy AFTER UPDATE ON users BEGIN DELETE FROM revocations; END")]:
            file.write_bytes(good)
            self.edit(file, script)
        rows = [(b"", "is no store"), (b"junk" * 5000, "is damaged, or no store"), (good[:len(good) // 2], "damaged"),
                (good[:8192] + os.urandom(12288) + good[20480:], "damaged"), (foreign.read_bytes(), "is no store of Latchkey"),
                (newer.read_bytes(), "its schema has version 99"), (trigger.read_bytes(), "trigger spy"), (lonely.read_bytes(), "lacks parts")]
        before = self.store.read_bytes()
        for content, why in rows:
            self.file.write_bytes(content)
            self.assertIn(why, self.fail_with(1, "restore", str(self.file), "--yes"))
            self.assertEqual(self.files(), ["latchkey.db"])
            self.assertEqual(self.store.read_bytes(), before)
        self.assertIn("store itself", self.fail_with(1, "restore", str(self.store), "--yes"))
        self.assertIn("No such file", self.fail_with(1, "restore", str(self.directory / "none"), "--yes"))
        self.assertIn("is a directory", self.fail_with(1, "restore", str(self.directory), "--yes"))

    def test_an_older_schema_is_brought_up_to_date(self):
        self.add("bob")
        self.backup()
        self.edit(self.file, "DROP INDEX users_random; ALTER TABLE sessions ADD COLUMN used_hour INTEGER NOT NULL DEFAULT 0;"
                             "CREATE INDEX sessions_used_hour ON sessions (used_hour);"
                             "CREATE INDEX sessions_expires_at ON sessions (expires_at); PRAGMA user_version=2")
        done = self.restore()
        self.assertEqual((done["backup_schema_version"], done["schema_version"]), (2, 4))
        self.assertEqual(self.names(), ["bob"])

    def test_a_copy_by_hand_with_its_log_is_sent_to_backup(self):
        self.add("bob")
        copied = self.directory / "copied.db"
        with sqlite3.connect(self.store) as open_store:
            open_store.execute("UPDATE users SET username = 'rob', canonical = 'rob'")
            open_store.commit()
            for suffix in ("", "-wal"):
                shutil.copy(f"{self.store}{suffix}", f"{copied}{suffix}")
        open_store.close()
        message = self.fail_with(1, "restore", str(copied), "--yes")
        self.assertIn("has a write-ahead log beside it", message)
        self.succeed("backup", str(self.file), "--set", f"store.url=sqlite:{copied}")
        shutil.rmtree(self.data)
        self.restore()
        self.assertEqual(self.names(), ["rob"])

    def test_a_damaged_store_is_replaced_and_kept(self):
        self.add("bob")
        self.backup()
        self.store.write_bytes(b"rubbish" * 1000)
        Path(f"{self.store}-wal").write_bytes(b"log")
        Path(f"{self.store}-shm").write_bytes(b"shm")
        aside = Path(self.restore()["replaced"])
        self.assertEqual(aside.read_bytes(), b"rubbish" * 1000)
        self.assertEqual(self.files(), ["latchkey.db", aside.name])  # SQLite has seen that the log was worth nothing
        self.assertEqual(self.names(), ["bob"])

    def test_a_log_without_its_store_is_not_played_into_the_new_one(self):
        self.add("bob")
        self.backup()
        with sqlite3.connect(self.store) as open_store:
            open_store.execute("UPDATE users SET username = 'stale'")
            open_store.commit()
            kept = Path(f"{self.store}-wal").read_bytes()
        open_store.close()
        shutil.rmtree(self.data)
        self.data.mkdir(0o700)
        Path(f"{self.store}-wal").write_bytes(kept)
        self.restore()
        self.assertEqual(self.names(), ["bob"])


class Safety(BackupTest):
    """What came after the backup must not come back."""

    def log_in(self, url):
        status, answer = request(url + "/token", {"username": "bob", "password": GOOD_PASSWORD})
        self.assertEqual(status, 200, answer)
        return answer

    def refresh(self, url, token):
        return request(url + "/token", {"grant_type": "refresh_token", "refresh_token": token})

    def end(self, server):
        server.terminate()
        self.assertEqual(server.wait(timeout=30), 0)

    def test_no_token_and_no_session_of_before_is_good(self):
        self.add("bob", "--scope", "items")
        for environment in ({}, {"LATCHKEY_TOKENS_HMAC_SECRET": OTHER_KEY}):
            server, url = self.serve(**environment)
            stolen = self.log_in(url)
            self.backup("--force")
            used_up = self.refresh(url, stolen["refresh_token"])
            self.assertEqual(used_up[0], 200)
            late = self.log_in(url)
            self.end(server)
            self.assertGreater(self.restore()["ended_sessions"], 0)
            server, url = self.serve(**environment)
            for each in (stolen, used_up[1], late):
                self.assertEqual(request(url + "/items/", token=each["access_token"])[0], 401)
                self.assertEqual(self.refresh(url, each["refresh_token"])[0], 400)
            self.assertEqual(request(url + "/items/", token=self.log_in(url)["access_token"])[0], 200)
            self.end(server)

    def test_a_move_keeps_sessions_when_asked(self):
        self.add("bob", "--scope", "items")
        server, url = self.serve()
        answer = self.log_in(url)
        self.backup()
        self.end(server)
        self.restore("--keep-sessions")
        server, url = self.serve()
        self.assertEqual(request(url + "/items/", token=answer["access_token"])[0], 200)
        self.assertEqual(self.refresh(url, answer["refresh_token"])[0], 200)
        self.end(server)

    def test_a_restore_stands_in_the_audit_log(self):
        audit = self.directory / "audit.log"
        self.add("bob", LATCHKEY_AUDIT_FILE=str(audit))
        self.backup()
        self.add("eve", LATCHKEY_AUDIT_FILE=str(audit))
        self.restore(LATCHKEY_AUDIT_FILE=str(audit))
        events = [json.loads(line) for line in audit.read_text().splitlines()]
        self.assertEqual([each["event"] for each in events], ["user_created", "user_created", "store_restored"])
        self.assertEqual(events[-1]["ended_sessions"], 0)
        self.assertEqual(self.latchkey("audit", "verify", str(audit)).returncode, 0)  # the key is that of the backup

    def test_a_removed_key_does_not_come_back(self):
        self.add("bob")
        leaked = json.loads(self.succeed("key", "new", "-o", "json"))["kid"]
        self.backup()
        self.succeed("key", "remove", leaked, "--replace", "--yes")
        self.restore()
        self.assertNotIn(leaked, [key["kid"] for key in json.loads(self.succeed("key", "list", "-o", "json"))])

    def test_keys_sealed_with_another_master_key_are_forgotten_or_the_reason_to_stop(self):
        self.add("bob", LATCHKEY_MASTER_KEY=GOOD_KEY)
        server, _ = self.serve(LATCHKEY_MASTER_KEY=GOOD_KEY)
        self.end(server)
        made = self.backup()
        self.assertEqual(made["open_keys"], 0)
        self.assertGreater(made["sealed_keys"], 1)
        for other in ({}, {"LATCHKEY_MASTER_KEY": OTHER_KEY}):
            message = self.fail_with(1, "restore", str(self.file), "--yes", "--keep-sessions", **other)
            self.assertIn("LATCHKEY_MASTER_KEY_FILE", message)
            self.assertEqual(self.restore(**other)["forgotten_keys"], made["sealed_keys"])
            server, url = self.serve(**other)
            self.log_in(url)
            self.end(server)
        self.assertEqual(self.restore("--keep-sessions", LATCHKEY_MASTER_KEY=GOOD_KEY)["forgotten_keys"], 0)


class Kills(BackupTest):
    """SIGKILL at any moment: the store is the old one or the new one, whole, and nothing half-done has a final name."""

    CYCLES = 12

    def kill_after(self, seconds, *arguments):
        with subprocess.Popen([PROGRAM, *arguments], env=clean_environment(LATCHKEY_DATA_DIR=str(self.data)),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            try:
                running.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                running.kill()
        return running.returncode == 0

    def whole(self, file):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as opened:
            self.assertEqual(opened.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            users = opened.execute("SELECT count(*) FROM users").fetchone()[0]
        opened.close()
        return users

    def duration(self, *arguments):
        began = time.monotonic()
        self.succeed(*arguments)
        return time.monotonic() - began

    def test_a_killed_backup_has_no_name(self):
        self.add_many(10000)
        whole = self.duration("backup", str(self.file))
        self.file.unlink()
        ended = 0
        for cycle in range(self.CYCLES):
            ended += self.kill_after(whole * (cycle + 0.5) / self.CYCLES, "backup", str(self.file))
            if self.file.exists():
                self.assertEqual(self.whole(self.file), 10000)
                self.file.unlink()
        self.assertLess(ended, self.CYCLES)
        self.backup()
        self.assertEqual(sorted(os.listdir(self.directory)), ["backup.db", "data"])
        self.assertEqual(len(self.users()), 10000)

    def test_a_killed_restore_leaves_the_old_store_or_the_new_one(self):
        self.add_many(10000)
        self.backup()
        self.succeed("user", "delete", "user7", "--yes")
        older = self.directory / "older.db"
        self.succeed("backup", str(older))
        states = {10000, 9999}
        whole = self.duration("restore", str(self.file), "--yes")
        seen = set()
        for cycle in range(self.CYCLES):
            wanted = older if cycle % 2 else self.file
            self.kill_after(whole * (cycle + 0.5) / self.CYCLES, "restore", str(wanted), "--yes")
            users = self.whole(self.store)
            self.assertIn(users, states)
            seen.add(users)
            self.assertFalse(Path(f"{self.store}-wal").exists() and Path(f"{self.store}-wal").stat().st_size)
        self.restore()
        self.assertEqual(len(self.users()), 10000)
        self.assertEqual([name for name in self.files() if "partial" in name], [])
        for name in self.files():
            if re.fullmatch(r"latchkey\.db\.replaced-\w+(-\d+)?", name):
                self.assertIn(self.whole(self.data / name), states)
                self.assertEqual((self.data / name).stat().st_nlink, 1)

    def test_commands_beside_a_restore_see_one_store_or_are_told_to_wait(self):
        self.add_many(3000)
        self.backup()
        self.add("bob")
        stop = threading.Event()
        heard, broken = set(), []

        def ask():
            while not stop.is_set():
                done = self.latchkey("user", "show", "user7", "-o", "json")
                waits = "is being put in its place" in done.stderr
                heard.add(waits)
                if not waits and (done.returncode != 0 or json.loads(done.stdout)["username"] != "user7"):
                    broken.append(done.stderr)

        asking = [threading.Thread(target=ask) for _ in range(2)]
        for each in asking:
            each.start()
        restored = 0
        deadline = time.monotonic() + 20
        while restored < 5 and time.monotonic() < deadline:  # it may have to wait for them as well
            done = self.latchkey("restore", str(self.file), "--yes")
            restored += done.returncode == 0
            if done.returncode != 0:
                self.assertIn("the store is in use", done.stderr)
        stop.set()
        for each in asking:
            each.join()
        self.assertEqual(broken, [])
        self.assertGreater(restored, 0)
        self.assertIn(False, heard)
        self.assertEqual(self.whole(self.store), 3000)
        self.assertEqual([name for name in self.files() if ".partial" in name], [])

    def test_the_names_change_only_after_what_they_name_is_on_the_disk(self):
        """A power loss takes what is not synced. The order of system calls is what speaks for it."""
        if not shutil.which("strace"):
            self.fail("strace is missing: scripts/install-dependencies --test")
        self.add("bob")
        self.backup()
        trace = self.directory / "trace"
        done = subprocess.run(["strace", "-f", "-y", "-o", str(trace), "-e", "trace=fsync,fdatasync,rename,renameat2,link,linkat,unlink",
                               PROGRAM, "restore", str(self.file), "--yes"],
                              env=clean_environment(LATCHKEY_DATA_DIR=str(self.data), ASAN_OPTIONS="detect_leaks=0"),  # it cannot be traced
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        calls = trace.read_text().splitlines()
        where = lambda pattern: max(n for n, line in enumerate(calls) if re.search(pattern, line))
        rename = where(r'rename\w*\(.*latchkey\.db\.partial", .*latchkey\.db"')
        self.assertLess(where(r"f(data)?sync\(\d+<.*latchkey\.db\.partial>\)"), rename)
        self.assertLess(where(r'link\(.*latchkey\.db", .*replaced-'), rename)
        directory = re.escape(str(self.data))
        synced = [n for n, line in enumerate(calls) if re.search(rf"fsync\(\d+<{directory}>\)", line)]
        self.assertTrue(any(n > rename for n in synced), "the directory is not synced after the rename")
        self.assertTrue(any(where(r'link\(.*latchkey\.db", .*replaced-') < n < rename for n in synced))


if __name__ == "__main__":
    unittest.main(verbosity=2)
