"""The README's table of peers, made from results/hot_path.json."""
from pathlib import Path

BEGIN, END = "<!-- made by scripts/bench from tests/bench/results/hot_path.json -->\n", "<!-- end -->\n"

# The row, and how its peer takes a plain form with user name and password.
PEERS = [
    ("fastapi", "you write it, on the tutorial's pattern"),
    ("fastify", "you write it"),
    ("oidc_provider", "not built in: a grant of your own, and a registered client"),
    ("glewlwyd", "with a registered client"),
]


def table(results: dict) -> str:
    rows = results["rows"]
    lines = ["| | user name and password by plain form | processor time of a request, as a multiple of Latchkey's | |", "|---|---|---|---|"]
    for name, login in PEERS:
        if name in rows:
            row = rows[name]
            asked = row["title"].rsplit(", ", 1)[1]
            lines.append(f"| {row['peer']} | {login} | **{row['median']:.1f}** ({row['lowest']:.1f} to {row['highest']:.1f}) | `{asked}` |")
    for name, label in [("nginx", "nginx, `return 200`, nothing checked"), ("floor", "a bare epoll loop, nothing parsed or checked")]:
        row = rows[name]
        lines.append(f"| {label} | | {1 / row['median']:.2f} ({1 / row['highest']:.2f} to {1 / row['lowest']:.2f}) | `GET /items/` |")
    return "\n".join(lines) + "\n"


def replaced(text: str, results: dict) -> str:
    before, rest = text.split(BEGIN)
    return before + BEGIN + table(results) + END + rest.split(END, 1)[1]


def update(file: Path, results: dict):
    file.write_text(replaced(file.read_text(), results))
