#!/usr/bin/env python3
"""Refuses source that runs against the architecture.

    check.py [ROOT]

The DEPENDS of src/MODULE/CMakeLists.txt say which modules a module may use, and through them which others. Refused:

  - a cycle among the modules
  - an #include "module/..." that the DEPENDS do not allow
  - SQL, or a call of SQLite other than for its version, outside storage/
  - sockets outside net/, app/ and cli/; anything of Beast below http/

Prints one line for each violation, `file:line: reason`, and exits 1 when there are any.
"""
import re
import sys
from pathlib import Path

SOCKET_MODULES = {"net", "app", "cli"}
HTTP_MODULES = {"http", "net", "oauth", "accounts", "items", "app", "cli"}
SOCKET_HEADERS = re.compile(
    r"boost/asio\.hpp|boost/asio/(ip/(tcp|udp|basic_)|local/|ssl|posix/|basic_(stream_socket|socket))"
    r"|boost/beast\.hpp|boost/beast/(core/(tcp_stream|basic_stream)|core\.hpp|ssl|websocket)"
    r"|sys/socket\.h|netinet/|arpa/inet\.h|sys/un\.h")
SQL = re.compile(
    r"\b(SELECT\s[^\"]*\bFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM"
    r"|(CREATE|DROP|ALTER)\s+(TABLE|INDEX)|PRAGMA\s+\w+|BEGIN\s+(IMMEDIATE|EXCLUSIVE)|ON\s+CONFLICT)\b",
    re.IGNORECASE)
SQLITE_CALL = re.compile(r"\bsqlite3_(?!libversion\b)\w+")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
STRING = re.compile(r'R"(\w*)\((.*?)\)\1"|"((?:\\.|[^"\\\n])*)"', re.DOTALL)
# A comment, or a literal in which // means nothing.
COMMENT_OR_LITERAL = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)|R"(\w*)\(.*?\)\2"|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def declared_dependencies(source: Path) -> dict[str, set[str]]:
    """Module -> the modules its own DEPENDS name."""
    modules = {file.parent.name: file.read_text() for file in source.glob("*/CMakeLists.txt")}
    graph = {}
    for name, text in modules.items():
        text = re.sub(r"#[^\n]*", "", text)
        depends = " ".join(re.findall(r"\bDEPENDS\b([^)]*)", text))
        named = set(re.findall(r"\blatchkey_(\w+)", depends))
        graph[name] = {n for n in named if n in modules}
    return graph


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen, open_ = set(), list(graph[start])
    while open_:
        module = open_.pop()
        if module not in seen:
            seen.add(module)
            open_.extend(graph[module])
    return seen


def without_comments(text: str) -> str:
    """The text with each comment blanked, line breaks kept."""
    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match[0]) if match["comment"] else match[0]
    return COMMENT_OR_LITERAL.sub(blank, text)


def include_violations(module: str, allowed: set[str], modules: set[str], text: str):
    for number, line in enumerate(text.split("\n"), 1):
        if not (match := INCLUDE.match(line)):
            continue
        header = match[2]
        other = header.split("/")[0]
        if match[1] == '"' and other in modules and other != module and other not in allowed:
            yield number, f'{module} does not depend on {other}, yet includes "{header}"'
        if module not in SOCKET_MODULES and SOCKET_HEADERS.match(header):
            yield number, f"{module} has no business with sockets, yet includes {header}"
        if module not in HTTP_MODULES and header.startswith("boost/beast"):
            yield number, f"{module} never sees HTTP, yet includes {header}"


def sql_violations(module: str, text: str):
    if module == "storage":
        return
    for match in SQLITE_CALL.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, f"only storage talks to SQLite; {module} names {match[0]}"
    for match in STRING.finditer(text):
        literal = match[2] if match[2] is not None else match[3]
        if SQL.search(literal):
            yield text.count("\n", 0, match.start()) + 1, f"SQL outside storage/: {literal.strip()[:60]}"


def violations(root: Path):
    source = root / "src"
    graph = declared_dependencies(source)
    if not graph:
        yield f"{source}: no module found"
    for module in sorted(graph):
        allowed = reachable(graph, module)
        if module in allowed:
            yield f"src/{module}/CMakeLists.txt:1: {module} depends on itself through {', '.join(sorted(graph[module]))}"
        for file in sorted((source / module).rglob("*")):
            if file.suffix == ".sql" and module != "storage":
                yield f"{file.relative_to(root)}:1: SQL outside storage/"
            if file.suffix not in {".hpp", ".cpp", ".h", ".ipp"}:
                continue
            text = without_comments(file.read_text())
            found = [*include_violations(module, allowed, set(graph), text), *sql_violations(module, text)]
            for line, reason in sorted(found):
                yield f"{file.relative_to(root)}:{line}: {reason}"


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
    found = list(violations(root))
    print("\n".join(found) or "every include runs along the dependencies")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
