"""One request over and over on connections that stay open, each answered before the next: the same work every time."""
import socket
import sys

TOGETHER = 64  # requests that wait for their answers at once, at most


def get(path: str, token: str, headers=()) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def introspect(token: str, credentials: str) -> bytes:
    """RFC 7662, as a client with an HTTP library of its own sends it; `credentials` as Basic wants them."""
    form = f"token={token}"
    lines = ["POST /introspect HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Basic {credentials}",
             "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    return "\r\n".join([*lines, "", form]).encode()


def request_to(service, path: str) -> bytes:
    """To one of the paths that are measured, with a token of the service's."""
    return introspect(service.token(), service.credentials()) if path == "/introspect" else get(path, service.token())


class SteadyRequests:
    """`with SteadyRequests(port, request, connections) as requests: requests.send(1000)`."""

    def __init__(self, port: int, request: bytes, connections: int = 1):
        self.request = request
        self.sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
        self.size = 0  # of an answer, once one was seen

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in self.sockets:
            each.close()

    def send(self, count: int):
        """`count` requests, dealt to the connections; all must be answered 2xx."""
        for _ in range(count // len(self.sockets)):
            for first in range(0, len(self.sockets), TOGETHER):
                group = self.sockets[first:first + TOGETHER]
                for each in group:
                    each.sendall(self.request)
                for each in group:
                    self.read_answer(each)

    def read_answer(self, connection):
        answer = connection.recv(64 * 1024)
        while self.size and 0 < len(answer) < self.size:
            answer += connection.recv(64 * 1024)
        if not answer.startswith(b"HTTP/1.1 2"):
            sys.exit(f"an answer that is none: {answer[:200]!r}")
        self.size = len(answer)
