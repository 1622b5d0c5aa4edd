#!/usr/bin/env python3
"""Makes the pictures of README.md: docs/watch.svg and docs/map.png.

    cargo build --release -p thousand-parsec
    python3 docs/pictures.py target/release/tp

Needs tmux and chromium.
"""

import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

DOCS = pathlib.Path(__file__).resolve().parent
COLUMNS, ROWS = 120, 36
# A character of the terminal, in units of the picture.
WIDTH, HEIGHT = 8.4, 17
COLOURS = ["#1a2130", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#dfe4ea"]


def main() -> None:
    tp = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_STATE_HOME": folder, "TP_PASSWORD": "guest"}
        for name in ["TMUX", "NO_COLOR"]:
            environment.pop(name, None)
        serve = subprocess.Popen(
            [tp, "serve", "--port", "0", "--no-tls"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            url = "guest@" + serve.stdout.readline().split()[-1]
            watch(tp, url, folder, environment)
            draw_map(tp, url, folder, environment)
        finally:
            serve.terminate()


def watch(tp: str, url: str, folder: str, environment: dict) -> None:
    """The screen of `tp watch`, as a picture."""
    order = [tp, "order", url, "First fleet of guest", "Wait", "Turns=3"]
    subprocess.run(order, env=environment, check=True, stdout=subprocess.DEVNULL)

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-S", f"{folder}/tmux", *arguments]
        terminal = {**environment, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        return subprocess.run(command, env=terminal, check=True, stdout=subprocess.PIPE, text=True).stdout

    size = ["-x", str(COLUMNS), "-y", str(ROWS)]
    tmux("-f", "/dev/null", "new-session", "-d", *size, f"{tp} watch {url}")
    try:
        deadline = time.monotonic() + 30
        while "First fleet of guest" not in tmux("capture-pane", "-p"):
            if time.monotonic() > deadline:
                raise SystemExit("tp watch shows no fleet")
            time.sleep(0.1)
        # To the fleet.
        tmux("send-keys", "Down", "Down", "Down", "Down", "Down")
        while "Turns=3" not in tmux("capture-pane", "-p"):
            if time.monotonic() > deadline:
                raise SystemExit("tp watch shows no order")
            time.sleep(0.1)
        time.sleep(0.5)
        screen = tmux("capture-pane", "-e", "-p")
    finally:
        tmux("kill-server")
    (DOCS / "watch.svg").write_text(picture(screen))


def picture(screen: str) -> str:
    """Lines with the escapes of a terminal, as SVG."""
    parts = []
    for row, line in enumerate(screen.split("\n")):
        column, style = 0, {}
        for escape, text in re.findall(r"\x1b\[([\d;]*)m|([^\x1b]+)", line):
            if not text:
                style = styled(style, escape)
                continue
            parts.append(drawn(row, column, text, style))
            column += len(text)
    width, height = COLUMNS * WIDTH + 20, ROWS * HEIGHT + 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'font-family="ui-monospace, monospace" font-size="14" xml:space="preserve">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#10141c"/>\n' + "".join(parts) + "</svg>\n"
    )


def styled(style: dict, escape: str) -> dict:
    style = dict(style)
    codes = [int(code or 0) for code in escape.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 38 and codes[:1] == [5]:
            style["colour"] = COLOURS[codes[1] % 8]
            codes = codes[2:]
        elif code == 0:
            style = {}
        elif code == 1:
            style["bold"] = True
        elif code == 2:
            style["dim"] = True
        elif code == 7:
            style["reversed"] = True
        elif 30 <= code <= 37:
            style["colour"] = COLOURS[code - 30]
        elif code == 39:
            style.pop("colour", None)
    return style


def drawn(row: int, column: int, text: str, style: dict) -> str:
    x, y = 10 + column * WIDTH, 10 + row * HEIGHT
    colour = style.get("colour", "#dfe4ea")
    box = ""
    if style.get("reversed"):
        box = f'<rect x="{x:.1f}" y="{y}" width="{len(text) * WIDTH:.1f}" height="{HEIGHT}" fill="{colour}"/>'
        colour = "#10141c"
    if not text.strip():
        return box + "\n" if box else ""
    weight = ' font-weight="bold"' if style.get("bold") else ""
    opacity = ' opacity="0.6"' if style.get("dim") else ""
    length = f' textLength="{len(text) * WIDTH:.1f}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'{box}<text x="{x:.1f}" y="{y + 13}" fill="{colour}"{weight}{opacity}{length}>'
        # Blanks beside each other count.
        f"{html.escape(text).replace(' ', chr(0xA0))}</text>\n"
    )


def draw_map(tp: str, url: str, folder: str, environment: dict) -> None:
    """The page of `tp map`, as a browser shows it."""
    page = f"{folder}/map.html"
    command = [tp, "map", url, "--in", "Milky Way", "--html", page]
    subprocess.run(command, env=environment, check=True)
    browser = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1000,640"]
    shot = [f"--screenshot={DOCS / 'map.png'}", f"file://{page}"]
    subprocess.run([*browser, *shot], check=True, stderr=subprocess.DEVNULL)


main()
