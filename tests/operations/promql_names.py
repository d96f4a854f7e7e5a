"""Which metrics and labels a PromQL expression names. No parser: promtool has checked the syntax."""
import re

STRING = r'"(?:\\.|[^"\\])*"'
GROUPING = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
MATCHER = re.compile(rf"(\w+)\s*(?:=~|!~|!=|=)\s*{STRING}")
SELECTOR = re.compile(rf"([a-zA-Z_:][\w:]*)(\s*\{{(?:{STRING}|[^}}\"])*\}})?(\s*\()?")
KEYWORDS = {"and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "sum", "min", "max", "avg", "count"}


def selectors(expression: str) -> list:
    """(metric, the labels that its matchers name), for each selector."""
    text = re.sub(r"\[[^\]]*\]", "", GROUPING.sub("", expression))
    found = []
    for name, matchers, called in SELECTOR.findall(text):
        if not called and name not in KEYWORDS:
            found.append((name, {match.group(1) for match in MATCHER.finditer(matchers)}))
    return found


def grouped_by(expression: str) -> set:
    """The labels of its by (…), on (…) and the like."""
    return {label.strip() for _, labels in GROUPING.findall(expression) for label in labels.split(",") if label.strip()}
