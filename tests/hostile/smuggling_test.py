#!/usr/bin/env python3
"""Requests whose framing two parsers could read differently, sent to the running program byte for byte: one table for each
line of DESIGN.md section 2.4. Each is refused with 400 and the connection is closed, so that nothing behind it is taken for
a request of its own.

Usage: smuggling_test.py LATCHKEY
"""
import socket
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dev_service import DevService  # noqa: E402

PROGRAM = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None

# What an attacker hides: were it ever answered, the table's row would be a hole.
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: hidden\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


def post(*lines: bytes, body: bytes = b"", version: bytes = b"HTTP/1.1", host: bytes = b"Host: x\r\n") -> bytes:
    return b"POST /token " + version + b"\r\n" + host + FORM + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def get(*lines: bytes, start: bytes = b"GET /healthz HTTP/1.1\r\n", host: bytes = b"Host: x\r\n") -> bytes:
    return start + host + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


CHUNKED = b"Transfer-Encoding: chunked"
REFUSED = {
    "Transfer-Encoding with Content-Length": [
        post(b"Content-Length: 4", CHUNKED, body=b"0\r\n\r\n"),
        post(CHUNKED, b"Content-Length: 4", body=b"0\r\n\r\n"),
        post(b"Content-Length: 0", CHUNKED, body=b"0\r\n\r\n"),
        post(b"content-length: 4", b"TRANSFER-ENCODING: chunked", body=b"0\r\n\r\n"),
    ],
    "any Transfer-Encoding other than exactly chunked": [
        post(b"Transfer-Encoding: " + coding, body=b"0\r\n\r\n")
        for coding in (b"gzip", b"gzip, chunked", b"chunked, gzip", b"chunked, chunked", b"identity", b"xchunked", b"chunked;q=1",
                       b"\"chunked\"", b"chunked,", b",chunked", b"\x0bchunked", b"", b"chun ked", b"chunked\x00")
    ] + [post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"), post(CHUNKED, b"Transfer-Encoding: identity", body=b"0\r\n\r\n")],
    "chunked on HTTP/1.0": [post(CHUNKED, body=b"0\r\n\r\n", version=b"HTTP/1.0")],
    "repeated or malformed Content-Length": [
        post(*(b"Content-Length: " + n for n in values), body=b"abcd")
        for values in ((b"4", b"4"), (b"4", b"5"), (b"4, 4",), (b"+4",), (b"-4",), (b"0x4",), (b"4 4",), (b"4,",), (b"",), (b"4a",),
                       (b"4.0",), (b"1e1",), (b"\x0b4",), (b"99999999999999999999999",), (b"18446744073709551620",), (b"\xd9\xa4",))
    ],
    "folded header lines": [
        get(b"X-A: b\r\n c"), get(b"X-A: b\r\n\tc"), get(b" X-A: b"), get(b"\tX-A: b"),
        post(b"Transfer-Encoding:\r\n chunked", body=b"0\r\n\r\n"), get(host=b" Host: x\r\n"),
    ],
    "blanks before the colon": [
        get(b"X-A : b"), get(b"X-A\t: b"), post(b"Content-Length : 4", body=b"abcd"),
        post(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"), get(host=b"Host : x\r\n"),
    ],
    "bare CR or LF": [
        get(b"X-A: b\rX-B: c"), get(b"X-A: b\nX-B: c"), b"GET /healthz HTTP/1.1\nHost: x\n\n", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\n",
        b"GET /healthz HTTP/1.1\rHost: x\r\r", get(b"X-A: b\r"), get(b"X-A: \n"), b"GET /healthz HTTP/1.1\r\nHost: x\n\r\n",
        post(CHUNKED, body=b"1\na\r\n0\r\n\r\n"), post(CHUNKED, body=b"1\r\na\n0\r\n\r\n"), post(CHUNKED, body=b"0\n\n"),
    ],
    "a missing or repeated Host": [
        get(host=b""), get(b"Host: x"), get(b"Host: y"), get(b"hOsT: y"), get(host=b"Host: x, y\r\n"),
        get(host=b"Host: x y\r\n"), get(host=b"Host: x/y\r\n"), get(host=b"Host: u@x\r\n"), get(host=b"Host: x:99999999\r\n"),
    ],
    "framing or credential fields in trailers": [
        post(CHUNKED, body=b"1\r\na\r\n0\r\n" + field + b"\r\n\r\n")
        for field in (b"Content-Length: 4", CHUNKED, b"Host: y", b"Authorization: Bearer x", b"Cookie: a=b", b"X-A : b", b" X: b",
                      b"X-A: b\r\n c", b"X")
    ],
    "malformed chunks": [
        post(CHUNKED, body=body)
        for body in (b"g\r\n", b"-1\r\na\r\n0\r\n\r\n", b"0x1\r\na\r\n0\r\n\r\n", b" 1\r\na\r\n0\r\n\r\n", b"1 \r\na\r\n0\r\n\r\n",
                     b"\r\n", b"1\r\nab\r\n0\r\n\r\n", b"10000000000000001\r\na\r\n0\r\n\r\n", b"1;\x00\r\na\r\n0\r\n\r\n")
    ],
    "malformed request lines": [
        get(start=line + b"\r\n")
        for line in (b"GET  /healthz HTTP/1.1", b"GET /healthz  HTTP/1.1", b"GET\t/healthz HTTP/1.1", b"GET /healthz", b"GET /hea lthz HTTP/1.1",
                     b" GET /healthz HTTP/1.1", b"GET /healthz HTTP/1.1 ", b"GET /healthz http/1.1", b"GET /healthz HTTP/1.1x", b"G(T /healthz HTTP/1.1",
                     b"GET /\x00 HTTP/1.1", b"GET /\x7f HTTP/1.1", b"GET healthz HTTP/1.1", b"GET /healthz HTTP/11")
    ],
    "control characters in fields": [get(b"X-A: " + bytes([c])) for c in (0, 1, 0x0B, 0x0C, 0x1B, 0x7F)]
    + [get(b"X" + bytes([c]) + b": b") for c in (0, 0x20, 0x22, 0x28, 0x2F, 0x40, 0x7F, 0x80)],
}


class Smuggling(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = DevService(PROGRAM)
        cls.service.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.service.__exit__(None, None, None)

    def answers(self, request: bytes) -> bytes:
        """Everything that comes back until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=10) as client:
            client.sendall(request)
            all_of_it = b""
            try:
                while piece := client.recv(65536):
                    all_of_it += piece
            except ConnectionResetError:
                pass
            except TimeoutError:
                self.fail(f"the connection stays open after {request!r}: {all_of_it!r}")
            return all_of_it

    def check(self, rows):
        for request in rows:
            with self.subTest(request=request):
                answer = self.answers(request + HIDDEN)
                self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
                self.assertIn(b"\r\nConnection: close\r\n", answer)
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)

    def test_what_is_not_refused_is_answered(self):
        """The tables' own building blocks are good: it is the odd thing in each row that is refused."""
        close = b"Connection: close"
        self.assertTrue(self.answers(get(close)).startswith(b"HTTP/1.1 200 "))
        for body in (b"0\r\n\r\n", b"1\r\na\r\n0\r\nX-Trailer: b\r\n\r\n", b"1;a=b\r\na\r\n0\r\n\r\n"):
            self.assertIn(b"invalid_request", self.answers(post(CHUNKED, close, body=body)))
        self.assertEqual(self.answers(get() + get() + get(close)).count(b"HTTP/1.1 200 "), 3)


for line, requests in REFUSED.items():
    def test(self, rows=requests):
        self.check(rows)
    test.__doc__ = line
    setattr(Smuggling, "test_refuses_" + line.lower().replace(" ", "_").replace("-", "_"), test)


if __name__ == "__main__":
    unittest.main()
