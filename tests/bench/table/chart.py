"""Bar charts as SVG: a card with a background of its own, light or dark as the reader's browser prefers."""
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT = 760, 250, 96
BAR, GAP, GROUP_GAP, TOP, BOTTOM = 22, 8, 14, 64, 40
STYLE = """
    .card { fill: #ffffff; stroke: #d0d7de }
    text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: 600 }
    .small { font-size: 11px; fill: #59636e }
    .ours { fill: #0969da } .other { fill: #8c959f } .limit { fill: #bc8f3f }
    @media (prefers-color-scheme: dark) {
      .card { fill: #0d1117; stroke: #30363d }
      text { fill: #e6edf3 } .small { fill: #9198a1 }
      .ours { fill: #4493f8 } .other { fill: #6e7681 } .limit { fill: #d29922 }
    }"""


@dataclass
class Bar:
    label: str
    value: float
    text: str             # beside the bar
    kind: str = "other"   # ours, other or limit: its colour
    group: str = ""       # a heading above the first bar of each group


def bars_svg(title: str, subtitle: str, footer: str, bars: list[Bar]) -> str:
    """Horizontal bars from zero, in the order given."""
    longest = max(bar.value for bar in bars)
    lines, y, group = [], TOP, ""
    for bar in bars:
        if bar.group != group:
            group, y = bar.group, y + GROUP_GAP
            lines.append(f'<text x="16" y="{y + 4}">{escape(group)}</text>')
            y += GROUP_GAP
        lines += bar_lines(bar, y, bar.value / longest)
        y += BAR + GAP
    height = y + BOTTOM - GAP
    return "\n  ".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}\n  </style>",
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>',
        f'<text class="title" x="16" y="28">{escape(title)}</text>',
        f'<text class="small" x="16" y="47">{escape(subtitle)}</text>',
        *lines,
        f'<text class="small" x="16" y="{height - 14}">{escape(footer)}</text>',
    ]) + "\n</svg>\n"


def bar_lines(bar: Bar, y: float, share: float) -> list[str]:
    width = max(1.0, share * (WIDTH - LEFT - RIGHT))
    middle = y + BAR / 2 + 4.5
    return [
        f'<text x="{LEFT - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>',
        f'<rect class="{bar.kind}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="3"/>',
        f'<text x="{LEFT + width + 8:.1f}" y="{middle}">{escape(bar.text)}</text>',
    ]
