"""nginx with one process and a constant answer, run from a directory of its own on a free loopback port."""
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from dev_service import free_port


class Nginx:
    """`with Nginx(body) as nginx:`; `tls` is a pair of a certificate's and a key's file."""

    def __init__(self, body: str, launcher=(), tls: tuple[Path, Path] | None = None):
        self.port = free_port()
        self.directory = tempfile.TemporaryDirectory(prefix="latchkey-load-")
        root = Path(self.directory.name)
        temporary = "".join(f"    {kind}_temp_path {root}/{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        secure = f"""
        ssl_certificate {tls[0]};
        ssl_certificate_key {tls[1]};
        ssl_protocols TLSv1.3;""" if tls else ""
        root.joinpath("nginx.conf").write_text(f"""
daemon off;
master_process off;
worker_processes 1;
pid {root}/pid;
error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 75s;
    default_type application/json;
{temporary}    server {{
        listen 127.0.0.1:{self.port} {'ssl ' if tls else ''}backlog=1024;{secure}
        location /items/ {{ return 200 '{body}'; }}
    }}
}}
""")
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/items/"
        self.command = [*launcher, nginx_program(), "-p", str(root), "-c", str(root / "nginx.conf"),
                        "-e", str(root / "error.log")]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        for _ in range(100):
            try:
                urllib.request.urlopen(self.url, timeout=2, context=ssl._create_unverified_context()).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        sys.exit("nginx does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.directory.cleanup()


def nginx_program() -> str:
    for candidate in ("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"):
        if os.access(candidate, os.X_OK):
            return candidate
    sys.exit("nginx is missing: scripts/install-dependencies --test")
