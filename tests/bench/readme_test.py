#!/usr/bin/env python3
"""The README's table of peers shows what was measured, and not something that somebody wrote."""
import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
from table import readme  # noqa: E402


class ReadmeTable(unittest.TestCase):
    def test_is_made_from_the_results(self):
        text = (HERE.parents[1] / "README.md").read_text()
        results = json.loads((HERE / "results/hot_path.json").read_text())
        self.assertEqual(text, readme.replaced(text, results), "scripts/bench writes both")


if __name__ == "__main__":
    unittest.main()
