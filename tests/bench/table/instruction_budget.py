"""How many instructions a request may take: instructions.json, by Debian release (compiler and Boost differ) and path."""
import json
import platform
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "instructions.json"
SLACK = 0.05  # a budget is set this far above what was measured


def release() -> str:
    system = platform.freedesktop_os_release()
    return f"{system.get('ID', '')}-{system.get('VERSION_ID', '')}"


def allowed(path: str) -> dict[str, int]:
    """Of the program with its libraries, and of libcrypto."""
    budgets = json.loads(FILE.read_text())
    return budgets.get(release(), budgets["elsewhere"])[path]


def lower(path: str, measured: dict[str, int]):
    """Sets the budget of this release to just above what was measured."""
    budgets = json.loads(FILE.read_text())
    budgets.setdefault(release(), {})[path] = {part: int(round(count * (1 + SLACK), -1)) for part, count in measured.items()}
    FILE.write_text(json.dumps(budgets, indent=2) + "\n")
