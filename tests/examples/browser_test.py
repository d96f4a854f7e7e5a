"""docker/examples/browser in a headless Chromium."""
import unittest

import chromium
from example import EXAMPLES, latchkey

PAGE, LATCHKEY, STRANGER = "127.0.0.1:8000", "127.0.0.1:8080", "127.0.0.1:8001"


class Browser(unittest.TestCase):
    def test_the_page_does_what_its_readme_says(self):
        chromium.install()
        port = self.enterContext(chromium.files(EXAMPLES / "browser"))
        service = self.enterContext(latchkey(f"cors.origins=http://{PAGE}", "throttle.account_failures=1"))
        self.assertTrue(chromium.passes(
            "browser.test.js", {"page": f"http://{PAGE}", "stranger": f"http://{STRANGER}"},
            {PAGE: port, STRANGER: port, LATCHKEY: service.port}, EXAMPLES_LATCHKEY=service.url))
