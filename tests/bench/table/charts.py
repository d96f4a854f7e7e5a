"""The charts that the README shows, drawn from results/hot_path.json."""
from pathlib import Path

from table.chart import Bar, bars_svg

# Row, its other side as the chart calls it, and the colour. A row's ratio is ours to theirs; a peer's theirs to ours.
WITHOUT_CHECK = [("floor", "raw epoll loop, no HTTP, no check", "limit"), ("nginx", "nginx return 200, no check", "limit")]
ENGINE_NAMES = {"avx512": "Latchkey, AVX-512", "avx2": "Latchkey, AVX2", "portable": "Latchkey, portable", "libsodium": "libsodium"}


def footer(results: dict, row: dict) -> str:
    machine, measured = results["machine"], row["measured"]
    return (f"{machine['cpu']}{', virtual' if machine['virtual'] else ''}, Linux {machine['kernel']}. "
            f"{measured['at']}, load average {measured['load_average']}. scripts/bench")


def request_bars(rows: dict) -> list[Bar]:
    ours = rows["nginx"]["sides"]["latchkey GET /items/"]["cpu_us"]
    bars = [(label, ours / rows[name]["median"], kind) for name, label, kind in WITHOUT_CHECK if name in rows]
    bars.append(("Latchkey, token verified", ours, "ours"))
    bars += [(row["peer"], ours * row["median"], "other")
             for row in rows.values() if row["peer"] and "latchkey GET /items/" in row["sides"]]
    bars.sort(key=lambda bar: bar[1])
    return [Bar(label, 1e6 / cpu, f"{1e6 / cpu:,.0f}", kind) for label, cpu, kind in bars]


def draw_requests(results: dict, file: Path):
    rows = results["rows"]
    if "nginx" not in rows:
        return
    file.write_text(bars_svg(
        "Requests a second, for a processor second of the server",
        "GET /items/ with an HS256 token, keep-alive, 64 connections, one server thread. Longer is better.",
        footer(results, rows["nginx"]), request_bars(rows)))


def draw_engines(results: dict, file: Path):
    row = results["rows"].get("engines")
    if not row:
        return
    bars = [Bar(ENGINE_NAMES.get(each["engine"], f"Latchkey, {each['engine']}"), each["logins_per_second_per_core"],
                f"{each['logins_per_second_per_core']:,.0f}", "other" if each["engine"] == "libsodium" else "ours",
                f"{each['memory_kib'] / 1024:g} MiB, {each['passes']} pass{'es' if each['passes'] > 1 else ''}")
            for each in row["sides"]["engines"]["measured"]]
    file.write_text(bars_svg("Password checks a second, on one core", "Argon2id at OWASP's five settings of equal strength.",
                             footer(results, row), bars))


def draw(results: dict, directory: Path):
    draw_requests(results, directory / "requests.svg")
    draw_engines(results, directory / "logins.svg")
