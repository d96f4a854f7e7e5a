#!/usr/bin/env python3
"""The load client must see a lost request: servers that misbehave in each way, and the verdict on each."""
import socket
import sys
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from load_client import LoadClient, message_size  # noqa: E402

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers each request with what `answer(number)` gives, and closes the connection when that is not a whole answer."""

    def __init__(self, answer):
        self.answer, self.served = answer, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                while connection.recv(4096):
                    self.served += 1
                    given = self.answer(self.served)
                    connection.sendall(given)
                    if given != ANSWER:
                        break

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class LostRequests(unittest.TestCase):
    def requests(self, answer):
        server = Server(answer)
        with LoadClient(server.address, [REQUEST]) as load:
            while server.served < 20:
                time.sleep(0.005)
        server.close()
        return load.requests

    def lost(self, requests, signalled_at):
        return sum(r.is_lost(signalled_at) for r in requests)

    def test_none_when_all_are_answered(self):
        requests = self.requests(lambda number: ANSWER)
        self.assertEqual(0, self.lost(requests, time.monotonic()))
        self.assertTrue(all(r.status == 200 for r in requests if r.done_at))

    def test_a_connection_closed_before_the_signal_without_an_answer(self):
        requests = self.requests(lambda number: b"" if number == 5 else ANSWER)
        self.assertEqual(1, self.lost(requests, time.monotonic()))

    def test_a_connection_closed_after_the_signal_without_an_answer_is_turned_away(self):
        requests = self.requests(lambda number: b"" if number == 5 else ANSWER)
        self.assertEqual(0, self.lost(requests, 0.0))

    def test_a_part_of_an_answer_whenever_it_was_sent(self):
        requests = self.requests(lambda number: ANSWER[:-1] if number == 5 else ANSWER)
        self.assertEqual(1, self.lost(requests, 0.0))
        self.assertEqual(1, self.lost(requests, time.monotonic()))

    def test_goes_on_after_a_closed_connection(self):
        requests = self.requests(lambda number: b"" if number % 2 else ANSWER)
        self.assertGreaterEqual(sum(r.done_at is not None for r in requests), 9)


class MessageSize(unittest.TestCase):
    def test_is_unknown_until_the_header_is_complete(self):
        self.assertIsNone(message_size(ANSWER[:20]))
        self.assertEqual(len(ANSWER), message_size(ANSWER))

    def test_refuses_an_answer_whose_end_nobody_can_tell(self):
        with self.assertRaises(AssertionError):
            message_size(b"HTTP/1.1 200 OK\r\n\r\nok")


if __name__ == "__main__":
    unittest.main()
