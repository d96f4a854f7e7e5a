#!/usr/bin/env python3
"""The metrics page by the tools that read it, and everything that is built on it: alert rules, dashboard, Prometheus itself.

Usage: metrics_test.py LATCHKEY
"""
import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

sys.dont_write_bytecode = True
from exercised_service import ExercisedService  # noqa: E402
from dev_service import becomes_ready, free_port  # noqa: E402
from promql_names import grouped_by, selectors  # noqa: E402
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families  # noqa: E402
from prometheus_client.parser import text_string_to_metric_families as prometheus_families  # noqa: E402
import yaml  # noqa: E402

PROGRAM = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
OBSERVABILITY = Path(__file__).resolve().parents[2] / "docker" / "observability"
RULES = OBSERVABILITY / "rules" / "latchkey.yml"
DASHBOARD = OBSERVABILITY / "grafana" / "dashboards" / "latchkey.json"
ALERT_TESTS = Path(__file__).resolve().parent / "alerts.yml"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
OF_THE_SCRAPE = {"job", "instance"}  # labels that Prometheus adds to everything it scrapes
OF_PROMETHEUS = {"up": set(), "ALERTS": {"alertname", "alertstate"}}  # series that it makes itself


def tool(*command: str, text: str = "", directory: Path | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, cwd=directory)


def setUpModule():
    global service
    service = ExercisedService(PROGRAM)
    service.__enter__()
    unittest.addModuleCleanup(service.__exit__, None, None, None)
    service.exercise()


def labels_of_metrics() -> dict:
    """Sample name -> the labels it has somewhere, as Prometheus will have them."""
    known = {name: set(labels) for name, labels in OF_PROMETHEUS.items()}
    for family in openmetrics_families(service.metrics(OPENMETRICS)):
        for sample in family.samples:
            known.setdefault(sample.name, set()).update(sample.labels)
    return known


class Page(unittest.TestCase):
    def test_promtool_has_nothing_to_say(self):
        verdict = tool("promtool", "check", "metrics", text=service.metrics())
        self.assertEqual((verdict.returncode, verdict.stdout, verdict.stderr), (0, "", ""))

    def test_a_strict_parser_reads_the_same_from_both_formats(self):
        def samples(families):
            # Bounds are written differently; what changes by itself between two readings is left out.
            return {(sample.name, tuple(sorted((name, float(value) if name == "le" else value) for name, value in
                                               sample.labels.items()))) for family in families for sample in family.samples}
        self.assertEqual(samples(openmetrics_families(service.metrics(OPENMETRICS))),
                         samples(prometheus_families(service.metrics())))

    def test_every_family_has_help_and_type_and_a_unit_that_is_basic(self):
        for family in openmetrics_families(service.metrics(OPENMETRICS)):
            with self.subTest(family.name):
                self.assertTrue(family.documentation)
                self.assertIn(family.type, ("counter", "gauge", "histogram"))
                self.assertNotRegex(family.name, r"_(ms|milliseconds|us|minutes|kib|mib|percent)(_|$)")

    def test_no_label_can_grow_with_clients(self):
        for name, labels in labels_of_metrics().items():
            if name.startswith(("http_", "latchkey_", "process_")):
                self.assertLessEqual(labels, {"le", "active", "outcome", "grant_type", "reason", "kind", "lane", "purpose", "version",
                                              "commit", "http_route", "http_request_method", "http_response_status_code"}, name)


class Dashboard(unittest.TestCase):
    dashboard = json.loads(DASHBOARD.read_text())
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]

    def queries(self) -> list:
        """(where, PromQL, legend) of panels, variables and annotations."""
        found = [(panel["title"], target["expr"], target["legendFormat"]) for panel in self.panels for target in panel["targets"]]
        for variable in self.dashboard["templating"]["list"]:
            if variable["type"] == "query":
                asked = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"])
                found.append((f"variable {variable['name']}", asked[1], f"{{{{{asked[2]}}}}}"))
        found += [(f"annotation {each['name']}", each["expr"], each.get("titleFormat", ""))
                  for each in self.dashboard["annotations"]["list"] if "expr" in each]
        return found

    def test_names_only_metrics_and_labels_that_exist(self):
        known = labels_of_metrics()
        for where, expression, legend in self.queries():
            with self.subTest(where):
                self.assertEqual(unknown_names(expression, known), [])
                shown = set(re.findall(r"\{\{(\w+)\}\}", legend))
                self.assertLessEqual(shown, visible_labels(expression, known), legend)

    def test_shows_every_metric(self):
        used = {name for _, expression, _ in self.queries() for name, _ in selectors(expression)}
        families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in used}
        hidden = sorted(name for name in labels_of_metrics() if name not in OF_PROMETHEUS
                        and re.sub(r"_(bucket|count|sum)$", "", name) not in families)
        print(f"\non no panel: {', '.join(hidden) or 'none'}")  # to know, not to forbid

    def test_panels_have_ids_of_their_own_and_do_not_overlap(self):
        every = self.dashboard["panels"]
        self.assertEqual(len({panel["id"] for panel in every}), len(every))
        cells = {}
        for panel in every:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
            for cell in ((x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])):
                self.assertNotIn(cell, cells, f"{panel['title']} lies on {cells.get(cell)}")
                cells[cell] = panel["title"]

    def test_asks_the_data_source_that_is_chosen(self):
        sources = {target["datasource"]["uid"] for panel in self.panels for target in panel["targets"]}
        self.assertEqual(sources, {"${datasource}"})
        provisioned = yaml.safe_load((OBSERVABILITY / "grafana/provisioning/datasources/prometheus.yaml").read_text())
        self.assertEqual(provisioned["datasources"][0]["url"], "http://prometheus:9090")


class Rules(unittest.TestCase):
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]

    def test_promtool_accepts_configuration_and_rules(self):
        for command in (("check", "config", "prometheus.yml"), ("check", "rules", "--lint=all", "--lint-fatal", "rules/latchkey.yml")):
            verdict = tool("promtool", *command, directory=OBSERVABILITY)
            self.assertEqual(verdict.returncode, 0, verdict.stdout + verdict.stderr)

    def test_each_fires_when_it_should_and_not_before(self):
        verdict = tool("promtool", "test", "rules", str(ALERT_TESTS))
        self.assertEqual(verdict.returncode, 0, verdict.stdout + verdict.stderr)
        tested = set(re.findall(r'alertname="(\w+)"', ALERT_TESTS.read_text()))
        self.assertEqual(tested, {rule["alert"] for rule in self.rules}, "every alert has a test in alerts.yml")

    def test_name_only_metrics_and_labels_that_exist(self):
        known = labels_of_metrics()
        for rule in self.rules:
            with self.subTest(rule["alert"]):
                self.assertEqual(unknown_names(rule["expr"], known), [])
                shown = set(re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"])))
                self.assertLessEqual(shown, visible_labels(rule["expr"], known))

    def test_each_says_what_it_is_what_it_means_and_what_to_do(self):
        for rule in self.rules:
            with self.subTest(rule["alert"]):
                self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook"})
                self.assertIn(rule["labels"]["severity"], ("page", "ticket"))


class InPrometheus(unittest.TestCase):
    """The configuration that is shipped, in a Prometheus, on the running service. Only address and interval are ours."""

    def ask(self, path: str, **query) -> dict:
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
            return json.load(answer)["data"]

    def answers(self) -> bool:
        try:
            return len(self.ask("query", query='up{job="latchkey"} == 1')["result"]) == 1
        except OSError:
            return False

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="latchkey-prometheus-")
        self.addCleanup(directory.cleanup)
        configuration = (OBSERVABILITY / "prometheus.yml").read_text()
        for ours, theirs in (("latchkey:9090", f"127.0.0.1:{service.management_port}"), (": 15s", ": 200ms")):
            self.assertIn(ours, configuration)
            configuration = configuration.replace(ours, theirs)
        Path(directory.name, "prometheus.yml").write_text(configuration)
        Path(directory.name, "rules").symlink_to(OBSERVABILITY / "rules")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with open(f"{directory.name}/log", "w") as log:
            process = subprocess.Popen(
                ["prometheus", f"--config.file={directory.name}/prometheus.yml", f"--storage.tsdb.path={directory.name}/data",
                 f"--web.listen-address=127.0.0.1:{port}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.assertTrue(becomes_ready(process, self.answers, 30), Path(directory.name, "log").read_text()[-2000:])

    def test_rules_are_healthy_and_every_panel_has_data(self):
        missing = dict.fromkeys((where, expression) for where, expression, _ in Dashboard().queries() if "ALERTS" not in expression)
        deadline = time.monotonic() + 30
        for _ in range(3):  # rates need two scrapes
            service.exercise()
        while missing and time.monotonic() < deadline:
            time.sleep(0.2)
            for where, expression in list(missing):
                chosen = expression.replace("$instance", ".*").replace("$__rate_interval", "10s")
                if self.ask("query", query=chosen)["result"] or "> 0" in expression:
                    del missing[where, expression]
        self.assertEqual(list(missing), [])
        rules = [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]
        self.assertEqual(len(rules), len(Rules.rules))
        self.assertEqual([(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"], [])
        self.assertEqual([alert["labels"]["alertname"] for alert in self.ask("alerts")["alerts"] if alert["state"] == "firing"], [])


def unknown_names(expression: str, known: dict) -> list:
    return [(name, sorted(labels - known.get(name, set()) - OF_THE_SCRAPE)) for name, labels in selectors(expression)
            if name not in known or labels - known[name] - OF_THE_SCRAPE]


def visible_labels(expression: str, known: dict) -> set:
    """What the result of an expression can be labelled with."""
    if re.search(r"\b(sum|min|max)\b", expression):
        return grouped_by(expression)
    return OF_THE_SCRAPE.union(*(known[name] for name, _ in selectors(expression)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
