#!/usr/bin/env python3
"""The program as its operator meets it: commands, exit statuses, files, a terminal. `cli_test.py PROGRAM`"""
import fcntl
import json
import os
import pty
import re
import resource
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from command_test import GOOD_KEY, GOOD_PASSWORD, PROGRAM, CommandTest, request  # noqa: E402
from dev_service import DevService, clean_environment  # noqa: E402


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
            self.assertRegex(message, "the password (needs at least 15 characters|is )")
        self.assertEqual(self.users(), [])

    def test_one_line_break_is_dropped_and_no_more(self):
        fourteen = "tangerine dusk"
        self.add("bob", password=fourteen + "\n")  # a second one counts as the fifteenth character
        self.fail_with(1, "user", "add", "eve", "--password-stdin", stdin=fourteen + "\n")

    def test_password_that_is_too_short_is_refused_with_the_length(self):
        message = self.fail_with(1, "user", "add", "bob", "--password-stdin", stdin="short")
        self.assertRegex(message, "the password (needs at least 15 characters|is )")
        message = self.fail_with(1, "user", "add", "bob", "--password-stdin", "--set", "passwords.min_length=20", stdin=GOOD_PASSWORD[:18])
        self.assertIn("at least 20 characters", message)

    def test_scopes_in_one_word_are_refused_with_how_to_write_them(self):
        message = self.fail_with(1, "user", "add", "bob", "--scope", "items me", "--password-stdin", stdin=GOOD_PASSWORD)
        self.assertIn("--scope items --scope me", message)

    def test_password_that_is_easy_to_guess_is_refused_with_the_reason(self):
        self.add("bob", "--email", "margrave@example.com")
        for password in ["passwordpassword", "123456789012345", "bob margrave 2026"]:
            message = self.fail_with(1, "user", "passwd", "bob", "--password-stdin", stdin=password)
            self.assertIn("too easy to guess", message)
            self.assertIn("try: take four unrelated words", message)
            self.assertNotIn(password, message)
        self.fail_with(1, "user", "add", "margrave", "--password-stdin", stdin="margrave-2026-?!")
        self.assertEqual([u["username"] for u in self.users()], ["bob"])

    def test_list_of_refused_passwords_is_replaced_or_switched_off(self):
        file = self.directory / "list.txt"
        file.write_bytes(GOOD_PASSWORD.upper().encode() + b"\r\n")
        def add(name, password, setting):
            return self.latchkey("user", "add", name, "--password-stdin", stdin=password, LATCHKEY_PASSWORDS_BLOCKLIST=str(setting))
        self.assertIn("too easy to guess", add("bob", GOOD_PASSWORD, file).stderr)
        self.assertEqual(add("bob", "passwordwelcome-iloveyou", file).returncode, 0)
        self.assertEqual(add("eve", "passwordpassword", "off").returncode, 0)
        for content, why in [(b"", "has no password"), (b"ok\nna\xefve\n", "line 2 is not UTF-8")]:
            file.write_bytes(content)
            done = add("ann", GOOD_PASSWORD, file)
            self.assertEqual(done.returncode, 1)
            for part in ["passwords.blocklist", str(file), why, "try: "]:
                self.assertIn(part, done.stderr)
        self.assertIn("does not exist", add("ann", GOOD_PASSWORD, self.directory / "none").stderr)
        served = self.latchkey("serve", "--listen", "127.0.0.1:0", "--management-listen", "127.0.0.1:0", LATCHKEY_PASSWORDS_BLOCKLIST=str(file))
        self.assertEqual(served.returncode, 1)
        self.assertIn("line 2 is not UTF-8", served.stderr)

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


    def states(self):
        return {k["kid"]: k["state"] for k in json.loads(self.succeed("key", "list", "-o", "json"))}

    def test_rotation_publishes_one_successor(self):
        first = json.loads(self.succeed("key", "new", "-o", "json"))
        successor = json.loads(self.succeed("key", "rotate", "-o", "json"))
        self.assertEqual(successor["state"], "published")
        self.assertEqual(self.states(), {first["kid"]: "signing", successor["kid"]: "published"})
        again = json.loads(self.succeed("key", "rotate", "-o", "json"))
        self.assertEqual(again["kid"], successor["kid"])
        retired = next(k for k in json.loads(self.succeed("key", "list", "-o", "json")) if k["kid"] == first["kid"])
        self.assertEqual(retired["retired_at"], successor["signs_from"])

    def test_rotation_of_an_empty_store_signs_at_once(self):
        self.assertEqual(json.loads(self.succeed("key", "rotate", "-o", "json"))["state"], "signing")

    def retire(self, kid):
        return ("key", "retire", "-o", "json", kid)

    def test_last_signing_key_is_not_retired(self):
        first = json.loads(self.succeed("key", "new", "-o", "json"))["kid"]
        self.assertIn("latchkey key rotate", self.fail_with(1, *self.retire(first)))
        self.succeed("key", "rotate")  # published is not signing
        self.fail_with(1, *self.retire(first))
        self.assertEqual(self.states()[first], "signing")
        second = json.loads(self.succeed("key", "new", "-o", "json"))["kid"]
        self.assertEqual(json.loads(self.succeed(*self.retire(first)))["state"], "retired")
        self.succeed(*self.retire(first))
        self.assertEqual(self.states()[second], "signing")
        self.fail_with(1, *self.retire(second))

    def test_misspelt_key_is_named(self):
        kid = json.loads(self.succeed("key", "new", "-o", "json"))["kid"]
        wrong = kid[:-1] + ("A" if kid[-1] != "A" else "B")
        for command in ["retire", "remove"]:
            self.assertIn(f"latchkey key {command} {kid}", self.fail_with(1, "key", command, wrong))

    def test_kid_that_looks_like_an_option_is_taken_behind_two_hyphens(self):
        """As those of older stores may."""
        self.succeed("key", "new")
        for command in ["retire", "remove"]:
            self.assertIn("no such key", self.fail_with(1, "key", command, "--", "-abcdefghijklmno"))

    def test_key_is_removed_only_when_that_was_confirmed(self):
        kid = json.loads(self.succeed("key", "new", "-o", "json"))["kid"]
        self.succeed("key", "new")
        self.assertIn("--yes", self.fail_with(2, "key", "remove", kid))
        self.assertIn(kid, self.states())
        self.assertEqual(self.succeed("key", "remove", kid, "--yes"), "")
        self.assertNotIn(kid, self.states())
        self.assertIn("no such key", self.fail_with(1, "key", "remove", kid, "--yes"))

    def test_last_signing_key_is_removed_only_with_another_in_its_place(self):
        kid = json.loads(self.succeed("key", "new", "-o", "json"))["kid"]
        self.succeed("key", "rotate")  # published is not signing
        self.assertIn("--replace", self.fail_with(1, "key", "remove", kid, "--yes"))
        self.assertEqual(self.states()[kid], "signing")
        fresh = json.loads(self.succeed("key", "remove", kid, "--replace", "--yes", "-o", "json"))
        self.assertEqual(fresh["state"], "signing")
        self.assertNotIn(kid, self.states())

    def test_key_of_another_algorithm_is_removed_without_another_in_its_place(self):
        self.succeed("key", "new")
        other = json.loads(self.succeed("key", "new", "--algorithm", "ES256", "-o", "json"))["kid"]
        self.succeed("key", "remove", other, "--yes")
        self.assertEqual(list(self.states().values()), ["signing"])

    def test_shared_secret_is_not_rotated(self):
        kid = json.loads(self.succeed("key", "new", "-o", "json"))["kid"]
        for arguments in [("rotate",), ("retire", kid), ("remove", kid, "--replace", "--yes")]:
            self.assertIn("TOKENS_HMAC_SECRET", self.fail_with(1, "key", *arguments, LATCHKEY_TOKENS_HMAC_SECRET=GOOD_KEY))


class Clients(CommandTest):
    def add_client(self, name, *options):
        done = self.latchkey("client", "add", name, "-o", "json", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_secret_is_shown_once(self):
        added = self.add_client("Reports", "--grant", "client_credentials", "--scope", "items", "--access-lifetime", "5m")
        self.assertRegex(added["client_secret"], r"\A[A-Za-z0-9_-]{43}\Z")
        self.assertEqual((added["grant_types"], added["scopes"], added["access_lifetime"]), (["client_credentials"], ["items"], 300))
        for command in [("list",), ("show", added["client_id"]), ("disable", added["client_id"])]:
            for form in ["json", "table"]:
                self.assertNotIn(added["client_secret"], self.succeed("client", *command, "-o", form))
        table = self.latchkey("client", "add", "Other")
        self.assertRegex(table.stdout, r"new secret +[A-Za-z0-9_-]{43}\n")

    def test_secrets_rotate_two_at_a_time(self):
        client = self.add_client("web", "--id", "web")
        ids = [client["secrets"][0]["id"]]
        for _ in range(2):
            shown = json.loads(self.latchkey("client", "secret", "web", "-o", "json").stdout)
            ids.append(shown["secrets"][-1]["id"])
            self.assertEqual([s["id"] for s in shown["secrets"]], ids[-2:])
        left = json.loads(self.succeed("client", "secret", "web", "--drop-old", "-o", "json"))
        self.assertEqual([s["id"] for s in left["secrets"]], ids[-1:])
        self.assertNotIn("client_secret", left)

    def test_public_client_has_no_secret(self):
        added = self.add_client("app", "--public", "--id", "app")
        self.assertNotIn("client_secret", added)
        self.assertEqual(added["secrets"], [])
        self.fail_with(1, "client", "secret", "app")

    def test_disable_enable_delete(self):
        self.add_client("web", "--id", "web")
        self.assertTrue(json.loads(self.succeed("client", "disable", "web", "-o", "json"))["disabled"])
        self.assertFalse(json.loads(self.succeed("client", "enable", "web", "-o", "json"))["disabled"])
        self.fail_with(2, "client", "delete", "web")
        self.succeed("client", "delete", "web", "--yes")
        self.assertEqual(json.loads(self.succeed("client", "list", "-o", "json")), [])

    def test_id_is_taken_and_a_misspelt_one_named(self):
        self.add_client("web", "--id", "webshop")
        self.assertIn("exists", self.fail_with(1, "client", "add", "other", "--id", "webshop"))
        for command in ["show", "secret", "disable", "enable"]:
            self.assertIn(f"latchkey client {command} webshop", self.fail_with(1, "client", command, "webshp"))


class Tokens(CommandTest):
    def setUp(self):
        super().setUp()
        self.add("bob", "--scope", "items", "--scope", "me")
        self.succeed("key", "new")

    def issue(self, *options):
        return json.loads(self.succeed("token", "issue", "bob", "-o", "json", *options))

    def test_issued_token_verifies(self):
        issued = self.issue("--scope", "me", "--lifetime", "1h")
        self.assertEqual((issued["token_type"], issued["expires_in"], issued["scope"]), ("bearer", 3600, "me"))
        claims = json.loads(self.succeed("token", "verify", "-o", "json", stdin=issued["access_token"] + "\n"))
        self.assertEqual((claims["username"], claims["scope"], claims["exp"] - claims["iat"]), ("bob", "me", 3600))
        self.assertEqual(self.succeed("token", "issue", "bob").count("."), 2)
        self.assertEqual(self.issue()["scope"], "items me")

    def test_token_of_a_disabled_user_is_dead(self):
        token = self.issue()["access_token"]
        self.succeed("user", "disable", "bob")
        self.assertIn("revoked", self.fail_with(1, "token", "verify", stdin=token))
        self.assertIn("latchkey user enable bob", self.fail_with(1, "token", "issue", "bob"))

    def test_forged_and_foreign_tokens_are_refused_and_never_shown(self):
        token = self.issue()["access_token"]
        head, payload, signature = token.split(".")
        flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
        for bad in [f"{head}.{payload}.{flipped}", f"{head}.{payload}.", "junk", "x" * 9000, f"eyJhbGciOiJub25lIn0.{payload}."]:
            message = self.fail_with(1, "token", "verify", stdin=bad)
            self.assertNotIn(payload, message)
        self.fail_with(2, "token", "verify", stdin="\n")

    def test_more_than_the_user_may_have_is_refused(self):
        self.assertIn("--scope items", self.fail_with(1, "token", "issue", "bob", "--scope", "itms"))
        for lifetime in ["9s", "25h", "15"]:
            self.fail_with(2, "token", "issue", "bob", "--lifetime", lifetime)

    def test_inspect_needs_no_store_and_promises_nothing(self):
        token = self.issue()["access_token"]
        shown = json.loads(self.succeed("token", "inspect", "-o", "json", stdin=token, LATCHKEY_DATA_DIR="/nonexistent"))
        self.assertEqual((shown["verified"], shown["header"]["typ"], shown["payload"]["username"]), (False, "JWT", "bob"))
        self.assertIn("anybody may have written this", self.succeed("token", "inspect", stdin=token))
        for bad in ["", "a.b", "a.b.c.d", "e30.e30", "!.e30.", "e30.W10.", "e30." + "A" * 5000 + "."]:
            self.assertNotEqual(self.latchkey("token", "inspect", stdin=bad).returncode, 0, bad)


class Transfer(CommandTest):
    def export(self, *options):
        return self.succeed("user", "export", *options)

    def test_users_move_to_another_store(self):
        self.add("bob", "--email", "bob@example.com", "--scope", "items")
        self.add("J\u00f6rg")
        self.succeed("user", "disable", "bob")
        exported = self.export("--with-hashes")
        self.data = self.directory / "other"
        self.assertEqual(json.loads(self.succeed("user", "import", "-o", "json", stdin=exported))["imported"], 2)
        self.assertEqual(self.export("--with-hashes"), exported)
        bob = json.loads(self.succeed("user", "show", "bob", "-o", "json"))
        self.assertEqual((bob["email"], bob["scopes"], bob["disabled"]), ("bob@example.com", ["items"], True))

    def test_hashes_leave_only_when_asked_for(self):
        self.add("bob")
        self.assertNotIn("argon2", self.export())
        self.assertIn("argon2id", self.export("--with-hashes"))
        self.assertIn("--with-hashes", self.fail_with(1, "user", "import", stdin=self.export()))

    def test_nobody_gets_more_scopes_than_a_token_has_room_for(self):
        many = [f"scope-{i:03}" for i in range(110)]
        options = [part for scope in many for part in ("--scope", scope)]
        message = self.fail_with(1, "user", "add", "bob", "--password-stdin", *options, stdin=GOOD_PASSWORD + "\n")
        self.assertIn("1024 bytes", message)
        self.add("bob")
        line = json.loads(self.export("--with-hashes"))
        del line["id"]
        message = self.fail_with(1, "user", "import", stdin=json.dumps(line | {"username": "eve", "scopes": many}) + "\n")
        self.assertIn("1024 bytes", message)
        self.assertEqual([u["username"] for u in self.users()], ["bob"])

    def test_every_bad_line_is_named_and_nobody_is_imported(self):
        self.add("bob")
        line = json.loads(self.export("--with-hashes"))
        del line["id"]
        good = [line | {"username": name} for name in ["ann", "ANN", "eve"]]
        rows = [json.dumps(good[0]), "", "{", json.dumps(good[1]), json.dumps(line), json.dumps(good[2] | {"scope": []}), json.dumps(good[2])]
        file = self.directory / "users.jsonl"
        file.write_text("\n".join(rows) + "\n")
        message = self.fail_with(1, "user", "import", str(file))
        named = [int(l.split(":")[3]) for l in message.splitlines() if str(file) in l]
        self.assertEqual(named, [3, 4, 5, 6])
        self.assertIn("write scopes", message)
        self.assertEqual([u["username"] for u in self.users()], ["bob"])
        rehearsal = self.latchkey("user", "import", str(file), "--dry-run", "-o", "json")
        self.assertEqual((rehearsal.returncode, rehearsal.stderr), (1, message.replace("was imported", "would be imported")))
        self.assertEqual([p["line"] for p in json.loads(rehearsal.stdout)["problems"]], named)

    def test_users_that_exist_are_all_named_and_nobody_is_imported(self):
        self.add("bob")
        line = {k: v for k, v in json.loads(self.export("--with-hashes")).items() if k != "id"}
        rows = "".join(json.dumps(line | {"username": name}) + "\n" for name in ["ann", "BOB", "eve"])
        self.assertIn("line 2: a user of that name exists", self.fail_with(1, "user", "import", stdin=rows))
        self.assertEqual([u["username"] for u in self.users()], ["bob"])

    def test_rehearsal_needs_no_store(self):
        self.add("bob")
        exported = self.export("--with-hashes")
        self.data = self.directory / "other"
        self.assertEqual(json.loads(self.succeed("user", "import", "--dry-run", "-o", "json", stdin=exported))["would_import"], 1)
        self.assertFalse(self.data.exists())

    def test_existing_users_are_skipped_when_wanted(self):
        self.add("bob")
        line = json.loads(self.export("--with-hashes"))
        rows = "".join(json.dumps(line | {"username": name}) + "\n" for name in ["bob"])
        other = {k: v for k, v in line.items() if k != "id"} | {"username": "eve"}
        answer = json.loads(self.succeed("user", "import", "--skip-existing", "-o", "json", stdin=rows + json.dumps(other)))
        self.assertEqual((answer["imported"], answer["skipped"]), (1, 1))
        self.assertIn("id", self.fail_with(1, "user", "import", "--skip-existing", stdin=json.dumps(line | {"username": "zoe"})))

    def test_dry_run_changes_nothing_and_many_are_imported(self):
        self.add("bob")
        line = json.loads(self.export("--with-hashes"))
        del line["id"]
        rows = "".join(json.dumps(line | {"username": f"user{n:04}"}) + "\n" for n in range(1201))
        self.assertEqual(json.loads(self.succeed("user", "import", "--dry-run", "-o", "json", stdin=rows))["would_import"], 1201)
        self.assertEqual(len(self.users()), 1)
        self.assertEqual(self.succeed("user", "import", stdin=rows).splitlines()[0], "1201 users imported, 0 skipped")
        self.assertEqual(len(self.export("--with-hashes").splitlines()), 1202)


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


class Calibrate(CommandTest):
    def test_measures_every_engine_and_names_settings_that_are_valid(self):
        report = json.loads(self.succeed("calibrate", "-o", "json", "--milliseconds", "1", "--set", "hashing.threads=1"))
        self.assertEqual(report["threads"], 1)
        self.assertIn("libsodium", {row["engine"] for row in report["measured"]})
        for row in report["measured"]:
            self.assertGreater(row["logins_per_second_per_core"], 0)
            self.assertLessEqual(row["memory_bytes"], report["memory_budget_bytes"])
        file = self.directory / "calibrated.toml"
        file.write_text(report["settings"])
        self.succeed("--config", str(file), "config", "check")

    def test_leaves_out_what_does_not_fit_the_budget(self):
        report = json.loads(self.succeed("calibrate", "-o", "json", "--milliseconds", "1", "--set", "hashing.threads=1",
                                         "--set", "hashing.memory_budget=40MiB"))
        self.assertEqual({row["memory_kib"] for row in report["measured"]}, {19456, 12288, 9216, 7168})
        self.assertIn("passes = ", self.succeed("calibrate", "--milliseconds", "1", "--set", "hashing.threads=1"))

    def test_calibrate_takes_as_many_threads_as_the_memory_is_for(self):
        report = json.loads(self.succeed("calibrate", "-o", "json", "--milliseconds", "1", "--set", "hashing.threads=4",
                                         "--set", "hashing.memory_budget=30MiB"))
        self.assertEqual(report["threads"], 2)
        file = self.directory / "calibrated.toml"
        file.write_text(report["settings"])
        self.succeed("--config", str(file), "config", "check")
        self.assertIn('memory_budget = "30MiB"', report["settings"])
        table = self.succeed("calibrate", "--milliseconds", "1", "--set", "hashing.memory_budget=1MiB")
        self.assertIn("1 hashing thread, 1MiB for hashing. None of the settings fits: raise", table)


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
        for part in ["johndoe", "secret", f"{service.url}/token", f"{service.url}/items/", f"{service.url}/docs", f"{service.url}/demo"]:
            self.assertIn(part, banner)
        self.assertEqual(list(self.directory.iterdir()), [])
        refused = self.fail_with(1, "healthcheck", "--url", service.management_url + "/readyz")
        self.assertIn("nothing listens there (connection refused)", refused)
        self.assertNotIn("boost", refused.lower())

    def test_takes_as_many_descriptors_as_the_system_allows(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.add("bob")
        server, _ = self.serve()
        self.assertRegex(Path(f"/proc/{server.pid}/limits").read_text(), rf"Max open files +{hard} +{hard} ")

    def test_has_room_for_every_connections_descriptor_from_the_start(self):
        server, _ = self.serve(LATCHKEY_LIMITS_CONNECTIONS="4096")  # and its own few
        size = re.search(r"FDSize:\s+(\d+)", Path(f"/proc/{server.pid}/status").read_text())[1]
        self.assertEqual(int(size), 8192)

    def test_environment_wins_over_devs_default_address(self):
        shown = json.loads(self.succeed("config", "show", "-o", "json", LATCHKEY_SERVER_LISTEN="0.0.0.0:8080"))
        self.assertEqual(shown["server.listen"]["value"], "0.0.0.0:8080")

    def test_removed_key_is_refused_by_a_running_server_within_a_second(self):
        self.add("bob", "--scope", "items")
        server, url = self.serve()
        login = {"username": "bob", "password": GOOD_PASSWORD}
        _, before = request(url + "/token", login)
        self.assertEqual(request(url + "/items/", token=before["access_token"])[0], 200)

        kid = json.loads(self.succeed("key", "list", "-o", "json"))[0]["kid"]
        fresh = json.loads(self.succeed("key", "remove", kid, "--replace", "--yes", "-o", "json"))["kid"]
        deadline = time.monotonic() + 1
        while (refused := request(url + "/items/", token=before["access_token"]))[0] != 401:
            self.assertLess(time.monotonic(), deadline, "the token of a removed key was good for longer than a second")
        self.assertEqual(refused[1]["error"], "invalid_token")
        # The session goes on, with tokens of the other key; the removed one does not come back.
        status, after = request(url + "/token", {"grant_type": "refresh_token", "refresh_token": before["refresh_token"]})
        self.assertEqual(status, 200, after)
        self.assertEqual(request(url + "/items/", token=after["access_token"])[0], 200)
        self.assertEqual([k["kid"] for k in json.loads(self.succeed("key", "list", "-o", "json"))], [fresh])
        server.terminate()
        self.assertEqual(server.wait(timeout=30), 0)

    def test_client_that_is_disabled_stops_within_a_second(self):
        client = json.loads(self.succeed("client", "add", "Resource", "--grant", "client_credentials", "-o", "json"))
        server, url = self.serve()
        form = {"client_id": client["client_id"], "client_secret": client["client_secret"], "token": "junk"}
        for _ in range(3):  # it is remembered now
            self.assertEqual(request(url + "/introspect", form), (200, {"active": False}))
        for command, expected in [("disable", 401), ("enable", 200), ("delete", 401)]:
            self.succeed("client", command, client["client_id"], *(["--yes"] if command == "delete" else []))
            deadline = time.monotonic() + 1
            while request(url + "/introspect", form)[0] != expected:
                self.assertLess(time.monotonic(), deadline, f"client {command} was not in force within a second")
        server.terminate()
        self.assertEqual(server.wait(timeout=30), 0)

    def test_commands_change_the_accounts_of_a_running_server(self):
        self.add("bob", "--scope", "items")
        master_key = {"LATCHKEY_MASTER_KEY": GOOD_KEY}
        server, url = self.serve(**master_key)
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
