#!/usr/bin/env python3
"""docker/kubernetes by the schemas of Kubernetes, and held against what the program does.

Usage: kubernetes_test.py LATCHKEY
"""
import re
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True
import kubernetes_validate  # noqa: E402
import yaml  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dev_service import DevService  # noqa: E402

PROGRAM = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
MANIFESTS = Path(__file__).resolve().parents[2] / "docker" / "kubernetes"
OLDEST_VERSION = "1.30"  # that runs a pause before the stop
WITHOUT_SCHEMA = {"Kustomization", "ServiceMonitor"}  # not of Kubernetes itself


def documents() -> list:
    return [(file.name, each) for file in sorted(MANIFESTS.glob("*.yaml")) for each in yaml.safe_load_all(file.read_text())]


class Manifests(unittest.TestCase):
    every = documents()
    pod = next(each for _, each in every if each["kind"] == "StatefulSet")["spec"]["template"]["spec"]
    container = pod["containers"][0]
    environment = dict(line.split("=", 1) for line in (MANIFESTS / "latchkey.env").read_text().splitlines())
    kustomization = next(each for _, each in every if each["kind"] == "Kustomization")

    def test_fit_the_schemas_strictly(self):
        for version in (OLDEST_VERSION, kubernetes_validate.latest_version()):
            for name, each in self.every:
                if each["kind"] not in WITHOUT_SCHEMA:
                    with self.subTest(name=name, kind=each["kind"], version=version):
                        kubernetes_validate.validate(each, version, strict=True)

    def test_every_file_is_applied(self):
        listed = set(re.findall(r"- (\w+\.yaml)", (MANIFESTS / "kustomization.yaml").read_text()))
        self.assertEqual(listed, {file.name for file in MANIFESTS.glob("*.yaml")} - {"kustomization.yaml"})

    def test_the_pod_is_of_the_restricted_profile(self):
        of_pod, of_container = self.pod["securityContext"], self.container["securityContext"]
        self.assertTrue(of_pod["runAsNonRoot"])
        self.assertEqual(of_pod["runAsUser"], 65532)
        self.assertEqual(of_pod["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertEqual(of_container["capabilities"], {"drop": ["ALL"]})
        self.assertIs(of_container["allowPrivilegeEscalation"], False)
        self.assertIs(of_container["readOnlyRootFilesystem"], True)
        self.assertIs(self.pod["automountServiceAccountToken"], False)
        self.assertIs(self.pod["enableServiceLinks"], False)

    def test_a_stop_has_more_time_than_the_drain(self):
        drain = self.container["lifecycle"]["preStop"]["sleep"]["seconds"] + \
            int(self.environment["LATCHKEY_SERVER_GRACE"].removesuffix("s"))
        self.assertGreaterEqual(self.pod["terminationGracePeriodSeconds"], drain + 10)

    def test_the_secret_that_is_generated_is_the_one_that_is_read(self):
        generated = self.kustomization["secretGenerator"][0]
        mount = next(each for each in self.container["volumeMounts"] if each["name"] == "secrets")
        volume = next(each for each in self.pod["volumes"] if each["name"] == "secrets")
        self.assertEqual(volume["secret"]["secretName"], generated["name"])
        self.assertEqual(volume["secret"]["defaultMode"], 0o440)
        self.assertIn({"name": "LATCHKEY_MASTER_KEY_FILE", "value": f"{mount['mountPath']}/{Path(generated['files'][0]).name}"},
                      self.container["env"])

    def test_services_and_policies_name_ports_of_the_container(self):
        ports = {each["name"]: each["containerPort"] for each in self.container["ports"]}
        self.assertEqual(ports, {"http": 8080, "management": 9090})
        for _, each in self.every:
            if each["kind"] == "Service":
                self.assertLessEqual({port["targetPort"] for port in each["spec"]["ports"]}, set(ports))
            if each["kind"] == "NetworkPolicy":
                self.assertEqual({port["port"] for rule in each["spec"]["ingress"] for port in rule["ports"]}, set(ports))

    def test_the_program_starts_within_the_limit_and_answers_the_probes(self):
        limit = int(self.container["resources"]["limits"]["memory"].removesuffix("Mi"))
        budget = {"LATCHKEY_HASHING_MEMORY_BUDGET": f"{limit // 2}MiB"}  # what it is inside the container
        with DevService(PROGRAM, environment=self.environment | budget, log=subprocess.DEVNULL) as service:
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = self.container[probe]["httpGet"]
                self.assertEqual(asked["port"], "management")
                with urllib.request.urlopen(service.management_url + asked["path"], timeout=30) as answer:
                    self.assertEqual(answer.status, 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
