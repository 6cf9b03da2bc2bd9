#!/usr/bin/python3
"""Runs berth-bench-vt and writes docs/bench-vt.svg and docs/bench-vt.md from what it prints.

    bench/vt/table.py PROGRAM [MEGABYTES]
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTH, LEFT, BAR, GAP, TOP = 720, 190, 9, 8, 44
COLORS = {"berth": "#2f6fb2", "libvterm": "#b0b0b0"}


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def measure(program, megabytes):
    rows = []
    with subprocess.Popen([program, megabytes], stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            print(line, end="", flush=True)
            if line.startswith("workload"):
                continue
            words = line.rsplit(None, 2 if line.startswith("geometric") else 3)
            rows.append((words[0].strip(), *map(float, words[1:])))
    if run.returncode != 0:
        sys.exit(f"{program} ended with {run.returncode}")
    return rows


def table(rows, heading):
    lines = [heading, "", "| workload | berth, MB/s | libvterm, MB/s | berth's history, bytes a line |", "|---|--:|--:|--:|"]
    for name, berth, peer, *history in rows:
        held = f"{history[0]:.0f}" if history and history[0] else ""
        lines.append(f"| {name} | {berth:.0f} | {peer:.0f} | {held} |")
    return "\n".join(lines) + "\n"


def picture(rows, heading):
    scale = (WIDTH - LEFT - 70) / max(max(row[1:3]) for row in rows) ** 0.5
    height = TOP + len(rows) * (2 * BAR + GAP) + 10
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="10" y="16" font-size="13">{heading}</text>',
           '<text x="10" y="32" fill="#555">MB/s of one core, length by square root; '
           f'<tspan fill="{COLORS["berth"]}">berth</tspan>, <tspan fill="#808080">libvterm</tspan></text>']
    for index, (name, *figures) in enumerate(rows):
        y = TOP + index * (2 * BAR + GAP)
        out.append(f'<text x="{LEFT - 8}" y="{y + BAR + 4}" text-anchor="end">{name}</text>')
        for number, (peer, color) in enumerate(COLORS.items()):
            length = figures[number] ** 0.5 * scale
            out.append(f'<rect x="{LEFT}" y="{y + number * BAR}" width="{length:.1f}" height="{BAR - 1}" fill="{color}"/>')
            out.append(f'<text x="{LEFT + length + 4:.1f}" y="{y + number * BAR + 8}" font-size="9" fill="#333">{figures[number]:.0f}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    load = os.getloadavg()[0]
    rows = measure(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "16")
    heading = "The terminal engine alone"
    about = (f"# {heading}\n\nMade by `tools/bench vt` on {processor()}, {os.cpu_count()} processors, load average {load:.1f} when it began. "
             "Medians of interleaved runs, processor time, 64 KiB at a time into 24 rows of 80 columns.\n\n![MB/s](bench-vt.svg)")
    (ROOT / "docs/bench-vt.md").write_text(table(rows, about))
    (ROOT / "docs/bench-vt.svg").write_text(picture(rows, heading))


if __name__ == "__main__":
    main()
