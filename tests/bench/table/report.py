"""The results: a line for each row, and results/hot_path.json, which keeps the rows that were not measured this time."""
import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path

from nginx_service import nginx_program
from table.row import Bench, Outcome, Row

COLUMNS = f"{'':<58}{'target':>9}{'median':>9} {'unit':<5}{'spread':<16}  verdict"


def line(row: Row, outcome: Outcome) -> str:
    spread = f"{number(min(outcome.values))} to {number(max(outcome.values))}" if len(outcome.values) > 1 else ""
    note = f"  ({outcome.note})" if outcome.note else ""
    return (f"{row.title:<58}{row.target_text():>9}{number(outcome.median):>9} {row.unit:<5}{spread:<16}  "
            f"{row.verdict(outcome)}{note}").rstrip()


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 or value == 0 else f"{value:.3f}" if value < 10 else f"{value:.1f}"


def first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except OSError:
        return ""
    return (done.stdout + done.stderr).strip().splitlines()[0] if done.stdout + done.stderr else ""


def machine(bench: Bench) -> dict:
    """What a figure depends on, and nothing that names the machine."""
    cpu = Path("/proc/cpuinfo").read_text()
    model, flags = (re.search(rf"^{key}\s*: (.*)", cpu, re.M)[1] for key in ("model name", "flags"))
    return {
        "cpu": model,
        "processors": os.cpu_count(),
        "extensions": [flag for flag in ("avx2", "avx512f", "sha_ni") if flag in flags.split()],
        "virtual": "hypervisor" in flags.split(),
        "kernel": platform.release().split("-")[0],
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", ""),
        "compiler": first_line("c++", "--version"),
        "latchkey": " ".join(first_line(str(bench.program), "version").split()),
        "nginx": first_line(nginx_program(), "-v").removeprefix("nginx version: "),
        "wrk": first_line("wrk", "-v").split(" [")[0],
    }


def entry(row: Row, outcome: Outcome, bench: Bench) -> dict:
    return {
        "title": row.title,
        "target": row.target_text(),
        "unit": row.unit,
        "peer": row.peer,
        "median": significant(outcome.median),
        "lowest": significant(min(outcome.values)),
        "highest": significant(max(outcome.values)),
        "verdict": row.verdict(outcome),
        "note": outcome.note,
        "sides": significant(outcome.sides),
        "measured": {"at": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
                     "load_average": round(os.getloadavg()[0], 2), "seconds": bench.seconds, "rounds": len(outcome.values)},
    }


def significant(value):
    """All numbers in it to four digits: the others are the machine's mood."""
    if isinstance(value, dict):
        return {key: significant(each) for key, each in value.items()}
    if isinstance(value, list):
        return [significant(each) for each in value]
    if isinstance(value, float):
        rounded = float(f"{value:.4g}")
        return int(rounded) if rounded.is_integer() else rounded
    return value


def store(file: Path, bench: Bench, entries: dict[str, dict], order: list[str]) -> dict:
    """Writes what was measured over what stands in the file. Rows of another machine are dropped."""
    here = machine(bench)
    old = json.loads(file.read_text()) if file.exists() else {}
    same = old.get("machine", {}).get("cpu") == here["cpu"]
    rows = (old.get("rows", {}) if same else {}) | entries
    results = {"machine": here, "rows": {name: rows[name] for name in order if name in rows}}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    return results
