"""A headless Chromium for the examples' pages: `node --test` with playwright and what tests/docs has for it.

An example is served where its README says, as the browser sees it: its addresses lead to free ports of this machine. So
nothing in the files is changed, and origins are what they are for a user."""
import contextlib
import functools
import http.server
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

from dev_service import clean_environment
from example import REPOSITORY, openssl
from toolchain import need_node_packages, need_programs

DOCS = REPOSITORY / "tests" / "docs"
BROWSER = "chromium-headless-shell"


def install():
    need_programs(BROWSER, "openssl")
    need_node_packages(DOCS, toolchain=REPOSITORY / "tests" / "interop" / "node")


@contextlib.contextmanager
def files(directory: Path, secure=False):
    """The port of a web server with these files."""
    class Files(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=directory)) as server:
        if secure:
            server.socket = certified().wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def certified() -> ssl.SSLContext:
    """With a certificate that nobody believes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as directory:
        key, certificate = Path(directory) / "key", Path(directory) / "certificate"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test",
                "-keyout", str(key), "-out", str(certificate))
        context.load_cert_chain(certificate, key)
    return context


def passes(test: str, sites: dict, ports: dict, **environment) -> bool:
    """Runs the test file. `ports` says where the addresses lead that the browser may ask for."""
    artifacts = Path(os.environ["EXAMPLES_ARTIFACTS"])
    artifacts.mkdir(parents=True, exist_ok=True)
    rules = ",".join(f"MAP {shown} 127.0.0.1:{port}" for shown, port in ports.items())
    return subprocess.run(
        ["node", "--test", "--test-timeout=60000", "--test-reporter=spec", test],
        cwd=Path(__file__).parent, stdin=subprocess.DEVNULL,
        env=clean_environment(DOCS_SITES=json.dumps(sites), DOCS_BROWSER=shutil.which(BROWSER), DOCS_ARTIFACTS=str(artifacts),
                              EXAMPLES_RULES=rules, **environment)).returncode == 0
