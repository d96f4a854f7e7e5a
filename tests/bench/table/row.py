"""A row of the table: what is measured, against which target, and what came out."""
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from measuring import Measured


@dataclass(frozen=True)
class Bench:
    """How everything is measured in this run."""
    program: Path
    tools: Path      # where floor, the allocation counter and the bare engine were built
    peers: Path      # where tests/bench/peers/install has put them
    directory: Path  # for what a row needs while it runs
    seconds: int     # of each measurement
    pairs: int       # of the two sides of a row


@dataclass
class Outcome:
    """Values whose median is the figure of the row; with what they were made of, by side."""
    values: list[float]
    sides: dict[str, dict] = field(default_factory=dict)
    failed: int = 0  # requests
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)


@dataclass(frozen=True)
class Row:
    name: str  # on the command line
    title: str
    measure: Callable[[Bench], Outcome]
    target: tuple[str, float] | None = None  # "<=", ">=" or "within" (of 1), and the bound
    unit: str = ""                           # empty for ratios
    peer: str = ""                           # another program, whose ratio is theirs to ours

    def verdict(self, outcome: Outcome) -> str:
        if outcome.failed:
            return f"{outcome.failed} requests failed"
        if self.target is None:
            return ""
        kind, bound = self.target
        fine = {"<=": outcome.median <= bound, ">=": outcome.median >= bound,
                "within": abs(outcome.median - 1) <= bound}[kind]
        return "met" if fine else "missed"

    def target_text(self) -> str:
        if self.target is None:
            return ""
        kind, bound = self.target
        return f"1 ± {bound:g}" if kind == "within" else f"{kind} {bound:,g}"


class NotInstalled(Exception):
    """What is to be compared with is not there; says how to get it."""


Side = Callable[[], Measured]


def compare(bench: Bench, one: Side, other: Side,
            relation: Callable[[Measured, Measured], float] = lambda a, b: a.cpu_us / b.cpu_us) -> Outcome:
    """Measures both in alternating pairs, each pair in the other order than the one before; the values are their ratios."""
    pairs: list[tuple[Measured, Measured]] = []
    for i in range(bench.pairs):
        if i % 2 == 0:
            first = one()
            pairs.append((first, other()))
        else:
            second = other()
            pairs.append((one(), second))
    sides = {side[0].name: {"cpu_us": statistics.median(m.cpu_us for m in side),
                            "requests_per_second": round(statistics.median(m.per_second for m in side)),
                            "p99_us": statistics.median(m.p99 for m in side)} for side in zip(*pairs)}
    return Outcome([relation(a, b) for a, b in pairs], sides, sum(a.failed + b.failed for a, b in pairs))
