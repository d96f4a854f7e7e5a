#!/usr/bin/env python3
"""Shell completion in the shells themselves, manual pages under the checkers of both kinds of man.
`completion_test.py PROGRAM`"""
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from command_test import CommandTest  # noqa: E402

# What a person typed, with what TAB offers for it.
OFFERED = [
    ("latchkey ser", ["serve"]),
    ("latchkey user ", ["add", "delete", "disable", "enable", "export", "import", "list", "passwd", "show"]),
    ("latchkey --data-dir /tmp user sh", ["show"]),  # the value of an option is no command
    ("latchkey user add bob --em", ["--email"]),
    ("latchkey user list -o ", ["json", "table"]),
    ("latchkey user list --output ta", ["table"]),
    ("latchkey user import --format ke", ["keycloak"]),
    ("latchkey client add x --grant ", ["client_credentials", "password", "refresh_token"]),
    ("latchkey key new --algorithm E", ["ES256", "EdDSA"]),
    ("latchkey completion ", ["bash", "fish", "zsh"]),
    ("latchkey serve --set tls.", ["tls.certificate=", "tls.key="]),
    ("latchkey serve --set log.f", ["log.format=auto", "log.format=json", "log.format=text"]),
    ("latchkey serve --set docs.", ["docs.enabled=false", "docs.enabled=true"]),
    ("latchkey backup here/ba", ["here/backup.db"]),
    ("latchkey --config here/ba", ["here/backup.db"]),
    ("latchkey user show ", []),
    ("latchkey nonsense ", []),
]

BASH = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
_latchkey
printf '%s\n' "${COMPREPLY[@]}"
"""

# zsh completes in its line editor only; these stand in for what the editor offers to a completion function.
ZSH = r"""
compdef() { }
compset() { PREFIX=${PREFIX#*=} }
compadd() {
    while [[ $# -gt 0 && $1 != -- ]]; do shift; done
    shift
    for word in "$@"; do [[ $word == $PREFIX* ]] && print -r -- $word; done
    true
}
_describe() { compadd -- ${${(P)@[-1]}%%:*} }
_files() { [[ $1 == -/ ]] && print -rl -- $PREFIX*(N/) || print -rl -- $PREFIX*(N) }
source $1
words=(${(z)2})
[[ $2 == *' ' ]] && words+=('')
CURRENT=$#words PREFIX=$words[$#words]
_latchkey
"""


class Completion(CommandTest):
    def setUp(self):
        super().setUp()
        self.scripts = {}
        for shell in ("bash", "zsh", "fish"):
            self.scripts[shell] = self.directory / shell
            self.scripts[shell].write_text(self.succeed("completion", shell))
        (self.directory / "here").mkdir()
        (self.directory / "here" / "backup.db").touch()

    def need(self, name):
        found = shutil.which(name)
        self.assertIsNotNone(found, f"{name} is missing: scripts/install-dependencies --test")
        return found

    def run_shell(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.directory, timeout=60,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.directory), "TERM": "dumb"})
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return done.stdout

    def test_bash_offers_what_fits(self):
        for typed, offered in OFFERED:
            self.assertEqual(sorted(self.run_shell("bash", "-c", BASH, "bash", self.scripts["bash"], typed).split()), offered, typed)

    def test_bash_keeps_what_it_takes_for_another_word(self):
        """bash splits at `=`: what stands before it must not be repeated."""
        for typed, offered in [("latchkey serve --set=tls.c", ["tls.certificate="]), ("latchkey serve --set tokens.algorithm=E", ["ES256", "EdDSA"]),
                               ("latchkey user list --output=j", ["json"])]:
            self.assertEqual(self.run_shell("bash", "-c", BASH, "bash", self.scripts["bash"], typed).split(), offered)

    def test_fish_offers_what_fits(self):
        self.need("fish")
        for typed, offered in OFFERED:
            done = self.run_shell("fish", "--no-config", "-c", f"source {self.scripts['fish']}; complete -C {typed!r}")
            self.assertEqual(sorted(line.split("\t")[0] for line in done.splitlines()), sorted(offered), typed)

    def test_zsh_offers_what_fits(self):
        zsh = self.need("zsh")
        self.run_shell(zsh, "-n", self.scripts["zsh"])
        for typed, offered in OFFERED:
            self.assertEqual(sorted(self.run_shell(zsh, "-f", "-c", ZSH, "zsh", self.scripts["zsh"], typed).split()), offered, typed)

    def test_every_command_of_the_help_is_completed(self):
        listed = [line.split()[0] for line in self.succeed("--help").split("Subcommands:")[1].splitlines() if line.startswith("  ") and line[2] != " "]
        offered = self.run_shell("bash", "-c", BASH, "bash", self.scripts["bash"], "latchkey ").split()
        self.assertEqual(sorted(offered), sorted(listed))

    def test_an_unknown_shell_is_refused_with_the_nearest(self):
        self.assertIn("try: zsh", self.fail_with(2, "completion", "zhs"))


class Manual(CommandTest):
    PAGES = ("latchkey.1", "latchkey.toml.5")

    def page(self, name):
        file = self.directory / name
        file.write_text(self.succeed("man", name))
        return file

    def test_pages_are_clean_for_mandoc_and_for_groff(self):
        for tool in ("mandoc", "man"):
            self.assertIsNotNone(shutil.which(tool), f"{tool} is missing: scripts/install-dependencies --test")
        for name in self.PAGES:
            file = self.page(name)
            lint = subprocess.run(["mandoc", "-T", "lint", "-W", "style", file], capture_output=True, text=True)
            found = [line for line in lint.stdout.splitlines() if "referenced manual not found" not in line]  # not installed
            self.assertEqual(found, [])
            shown = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", file], capture_output=True, text=True,
                                   env={**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80", "MANPAGER": "cat"})
            self.assertEqual((shown.returncode, shown.stderr), (0, ""))
            self.assertIn("NAME", shown.stdout)

    def test_pages_tell_every_command_option_and_setting(self):
        shown = {name: subprocess.run(["mandoc", "-T", "ascii", self.page(name)], capture_output=True, text=True).stdout for name in self.PAGES}
        plain = {name: "".join(text[i] for i in range(len(text)) if text[i] != "\b" and text[i + 1:i + 2] != "\b") for name, text in shown.items()}
        for words in ("latchkey user import", "latchkey backup FILE", "--keep-sessions", "--set SECTION.KEY=VALUE", "--version", "--format jsonl|django|keycloak"):
            self.assertIn(words, plain["latchkey.1"])
        for line in self.succeed("config", "show").splitlines()[1:]:
            self.assertIn(line.split()[0], plain["latchkey.toml.5"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
