"""A keep-alive load client that accounts for every request it sends, and the rule by which one counts as lost.

A request is *lost* when
  - its last byte was written before the stop signal was sent and it did not get a complete answer, or
  - it got a part of an answer, whenever it was sent.
A request that was written after the signal may find the connection closed or refused without one byte of an answer:
RFC 9112 section 9.3.1 lets the client send it again elsewhere. It counts as *turned away*.
"""
import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Request:
    sent_at: float | None = None         # time.monotonic() once its last byte was written
    done_at: float | None = None         # when its answer was complete
    status: int | None = None
    bytes_received: int = 0

    def is_lost(self, signalled_at: float) -> bool:
        if self.done_at is not None:
            return False
        return self.bytes_received > 0 or self.was_sent_before(signalled_at)

    def was_sent_before(self, moment: float) -> bool:
        return self.sent_at is not None and self.sent_at < moment


@dataclass
class LoadClient:
    """Each worker sends the same bytes over and over on one connection; a closed one is opened again."""
    address: tuple[str, int]
    payloads: list[bytes]                # one worker for each
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self):
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(payload,)) for payload in self.payloads]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def work(self, payload: bytes):
        while not self.stopping.is_set():
            try:
                with socket.create_connection(self.address, timeout=30) as connection:
                    while not self.stopping.is_set() and self.exchange(connection, payload):
                        pass
            except OSError:
                time.sleep(0.02)  # refused: nothing was sent

    def exchange(self, connection: socket.socket, payload: bytes) -> bool:
        """Sends once and reads the answer. False when the connection is of no more use."""
        request = Request()
        self.requests.append(request)    # list.append is atomic
        received = b""
        try:
            connection.sendall(payload)
            request.sent_at = time.monotonic()
            while (size := message_size(received)) is None or len(received) < size:
                chunk = connection.recv(65536)
                if not chunk:
                    return False
                received += chunk
                request.bytes_received = len(received)
        except OSError:
            return False
        request.status = int(received.split(b" ", 2)[1])
        request.done_at = time.monotonic()
        return b"\r\nconnection: close\r\n" not in received.lower()


def message_size(received: bytes) -> int | None:
    """Of the answer that begins `received`, in bytes; None while its header is not complete."""
    header, end, _ = received.partition(b"\r\n\r\n")
    if not end:
        return None
    for line in header.lower().split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return len(header) + len(end) + int(value)
    raise AssertionError(f"an answer without Content-Length: {header!r}")
