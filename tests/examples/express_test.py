"""docker/examples/express."""
import unittest

from backend import BackendWithPublicKeys
from example import EXAMPLES, REPOSITORY, running
from toolchain import need_node_packages

HERE = EXAMPLES / "express"


def setUpModule():
    need_node_packages(HERE, toolchain=REPOSITORY / "tests" / "interop" / "node")


class Express(BackendWithPublicKeys, unittest.TestCase):
    start = staticmethod(lambda port, **environment: running(["node", "server.js"], port, HERE, PORT=str(port), **environment))
