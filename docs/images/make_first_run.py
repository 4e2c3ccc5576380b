#!/usr/bin/env python3
"""Draws the text output of the first example as docs/images/first_run.svg, for the README.

docs/images/make_first_run.py [PROGRAM] [--check]     from the root of the repository; PROGRAM is build/spillway

--check writes nothing and fails when the picture is not the one that the program's output gives today.
"""
import html
import pathlib
import re
import subprocess
import sys

SCENARIO = "examples/01_first_run/scenario.json"
ROOT = pathlib.Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs/images/first_run.svg"

CHARACTER, LINE, MARGIN = 7.6, 17.0, 22.0  # pixels
WIDEST = 112  # characters; a longer line goes on in the next one
BARS = "▁▂▃▄▅▆▇█"
STYLE = (
    'text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;'
    "font-size:12.6px;fill:#d5dbe3;white-space:pre}.answer{fill:#ffffff;font-weight:bold}"
    ".prompt{fill:#8fa3b8}.head{fill:#8ec7ff}.bad{fill:#ffb46b}rect.bar{fill:#8ec7ff}"
)


def wrapped(line):
    """The line in pieces of at most WIDEST characters, broken after a semicolon or between words."""
    while len(line) > WIDEST:
        cut = line.rfind("; ", 0, WIDEST) + 1 or line.rfind(" ", 0, WIDEST)
        yield line[:cut]
        line = line[cut:].lstrip()
    yield line


def shown_lines(output):
    """Pairs of a text and how it looks."""
    answer = True
    after_gap = False
    yield f"$ spillway run {SCENARIO}", "prompt"
    for line in output.splitlines():
        answer = answer and line != ""
        # A table's first line follows an empty one and has columns.
        head = after_gap and re.search(r"\S  +\S", line) is not None
        for piece in wrapped(line):
            yield piece, "answer" if answer else "head" if head else ""
        after_gap = line == ""


def text(at, row, words, look):
    """Words as wide as their characters, whatever font there is: columns stay columns."""
    kind = f' class="{look}"' if look else ""
    return (
        f'<text x="{MARGIN + at * CHARACTER:.1f}" y="{row:.1f}" textLength="{len(words) * CHARACTER:.1f}" '
        f'lengthAdjust="spacingAndGlyphs"{kind}>{html.escape(words)}</text>'
    )


def drawn(line, look, row):
    for cell in re.finditer(rf"[{BARS}]+|[^ {BARS}]+(?: [^ {BARS}]+)*", line):
        if cell[0][0] not in BARS:
            yield text(cell.start(), row, cell[0], "bad" if cell[0] == "NO" else look)
            continue
        for i, bar in enumerate(cell[0]):
            height = 1.6 * (BARS.index(bar) + 1)
            left = MARGIN + (cell.start() + i) * CHARACTER
            yield f'<rect class="bar" x="{left:.1f}" y="{row + 2 - height:.1f}" width="6.8" height="{height:.1f}"/>'


def picture(output):
    lines = list(shown_lines(output))
    width = 2 * MARGIN + max(len(line) for line, _ in lines) * CHARACTER
    height = 2 * MARGIN + len(lines) * LINE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="t">',
        f'<title id="t">Text output of spillway run {SCENARIO}</title>',
        f"<style>{STYLE}</style>",
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="#17202b"/>',
    ]
    for i, (line, look) in enumerate(lines):
        parts.extend(drawn(line, look, MARGIN + (i + 0.75) * LINE))
    return "\n".join([*parts, "</svg>", ""])


def main(arguments):
    programs = [each for each in arguments if each != "--check"]
    program = programs[0] if programs else str(ROOT / "build/spillway")
    run = subprocess.run([program, "run", str(ROOT / SCENARIO)], check=True, capture_output=True, encoding="utf-8")
    svg = picture(run.stdout)
    if "--check" not in arguments:
        PICTURE.write_text(svg, encoding="utf-8")
    elif PICTURE.read_text(encoding="utf-8") != svg:
        sys.exit(f"{PICTURE.relative_to(ROOT)} is not today's output: run docs/images/make_first_run.py")


if __name__ == "__main__":
    main(sys.argv[1:])
