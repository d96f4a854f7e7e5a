"""docker/examples/browser in a headless Chromium. The page and Latchkey are where its README puts them, as the browser sees
it: that sends two addresses of the page and the one of Latchkey to free ports, and nothing in the files is changed."""
import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
import unittest
from pathlib import Path

from dev_service import clean_environment
from example import EXAMPLES, REPOSITORY, latchkey
from toolchain import need_node_packages, need_programs

PAGE, LATCHKEY, STRANGER = "127.0.0.1:8000", "127.0.0.1:8080", "127.0.0.1:8001"
BROWSER = "chromium-headless-shell"


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Browser(unittest.TestCase):
    def test_the_page_does_what_its_readme_says(self):
        need_programs(BROWSER)
        need_node_packages(REPOSITORY / "tests" / "docs", toolchain=REPOSITORY / "tests" / "interop" / "node")
        artifacts = Path(os.environ["EXAMPLES_ARTIFACTS"])
        artifacts.mkdir(parents=True, exist_ok=True)
        files = self.enterContext(http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Files, directory=EXAMPLES / "browser")))
        threading.Thread(target=files.serve_forever, daemon=True).start()
        service = self.enterContext(latchkey(f"cors.origins=http://{PAGE}", "throttle.account_failures=1"))
        there = {PAGE: files.server_address[1], STRANGER: files.server_address[1], LATCHKEY: service.port}
        tests = subprocess.run(
            ["node", "--test", "--test-timeout=60000", "--test-reporter=spec", "browser.test.js"],
            cwd=Path(__file__).parent, stdin=subprocess.DEVNULL, env=clean_environment(
                DOCS_SITES=json.dumps({"page": f"http://{PAGE}", "stranger": f"http://{STRANGER}"}),
                DOCS_BROWSER=shutil.which(BROWSER), DOCS_ARTIFACTS=str(artifacts), EXAMPLES_LATCHKEY=service.url,
                EXAMPLES_RULES=",".join(f"MAP {shown} 127.0.0.1:{port}" for shown, port in there.items())))
        self.assertEqual(0, tests.returncode)
