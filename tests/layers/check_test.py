#!/usr/bin/env python3
"""Plants one violation at a time in a small tree: check.py must see each, and nothing else."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
from check import violations  # noqa: E402

DEPENDS = {
    "base": "latchkey_asio",
    "http": "latchkey_base",
    "tokens": "latchkey_base # latchkey_storage",
    "users": "latchkey_base",
    "storage": "latchkey_users latchkey_tokens",
    "items": "latchkey_http\n        latchkey_tokens",
    "net": "latchkey_http",
    "app": "latchkey_net latchkey_items latchkey_storage",
}


class PlantedViolation(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.root = Path(self.directory.name)
        for module, depends in DEPENDS.items():
            self.plant(f"{module}/CMakeLists.txt",
                       f"latchkey_module({module}\n    SOURCES a.cpp\n    DEPENDS {depends})\n")
            self.plant(f"{module}/a.cpp", f'#include "{module}/a.hpp"\n#include <string>\n')

    def plant(self, path: str, text: str):
        file = self.root / "src" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def found(self) -> list[str]:
        return list(violations(self.root))

    def expect_one(self, beginning: str):
        found = self.found()
        self.assertEqual(1, len(found), found)
        self.assertTrue(found[0].startswith(beginning), found[0])

    def test_a_clean_tree_passes(self):
        self.plant("items/b.cpp", '#include "base/errc.hpp" // through http\n#include <boost/asio/ip/address.hpp>\n')
        self.plant("storage/b.cpp", 'auto q = "SELECT id FROM users";\n#include <sqlite3.h>\n')
        self.plant("net/b.hpp", "#include <boost/asio/ip/tcp.hpp>\n")
        self.assertEqual([], self.found())

    def test_an_include_against_the_dependencies(self):
        self.plant("tokens/b.cpp", '\n#include "storage/store.hpp"\n')
        self.expect_one("src/tokens/b.cpp:2: tokens does not depend on storage")

    def test_a_dependency_in_a_comment_is_none(self):
        self.plant("tokens/sub/b.hpp", '#include "users/user.hpp"\n')
        self.expect_one("src/tokens/sub/b.hpp:1:")

    def test_an_upward_include_of_a_module_that_may_use_this_one(self):
        self.plant("http/b.hpp", '#include "net/handler.hpp"\n')
        self.expect_one("src/http/b.hpp:1:")

    def test_an_include_in_a_comment_is_none(self):
        self.plant("http/b.hpp", '// #include "net/handler.hpp"\n/*\n#include "net/handler.hpp"\n*/\n')
        self.assertEqual([], self.found())

    def test_sql_in_a_literal(self):
        self.plant("users/b.cpp", 'int a;\nauto q = "select id from users where a = \\"b\\"";\n')
        self.expect_one("src/users/b.cpp:2: SQL outside storage/")

    def test_sql_in_a_raw_literal(self):
        self.plant("app/b.cpp", 'auto q = R"sql(\n  PRAGMA user_version\n)sql";\n')
        self.expect_one("src/app/b.cpp:1: SQL outside storage/")

    def test_a_slash_in_a_literal_starts_no_comment(self):
        self.plant("app/b.cpp", 'auto u = "http://x"; auto q = "DELETE FROM users";\n')
        self.expect_one("src/app/b.cpp:1: SQL outside storage/")

    def test_sqlite_outside_storage(self):
        self.plant("app/b.cpp", "int a = sqlite3_changes(db); auto v = sqlite3_libversion();\n")
        self.expect_one("src/app/b.cpp:1: only storage talks to SQLite")

    def test_an_sql_file_outside_storage(self):
        self.plant("users/schema.sql", "CREATE TABLE users (id);\n")
        self.expect_one("src/users/schema.sql:1:")

    def test_sockets_where_there_must_be_none(self):
        for module in ("items", "http"):
            for header in ("boost/asio/ip/tcp.hpp", "boost/beast/core/tcp_stream.hpp", "sys/socket.h"):
                with self.subTest(module=module, header=header):
                    self.plant(f"{module}/b.cpp", f"#include <{header}>\n")
                    self.expect_one(f"src/{module}/b.cpp:1: {module} has no business with sockets")
            self.plant(f"{module}/b.cpp", "")

    def test_http_in_storage(self):
        self.plant("storage/b.cpp", "#include <boost/beast/http/verb.hpp>\n")
        self.expect_one("src/storage/b.cpp:1: storage never sees HTTP")

    def test_a_cycle(self):
        self.plant("base/CMakeLists.txt", "latchkey_module(base SOURCES a.cpp DEPENDS latchkey_http)\n")
        found = self.found()
        self.assertTrue(any(line.startswith("src/base/CMakeLists.txt:1: base depends on itself") for line in found), found)
        self.assertTrue(any(line.startswith("src/http/CMakeLists.txt:1:") for line in found), found)

    def test_an_empty_tree_is_not_a_pass(self):
        self.assertNotEqual([], list(violations(self.root / "src" / "base")))


if __name__ == "__main__":
    unittest.main()
