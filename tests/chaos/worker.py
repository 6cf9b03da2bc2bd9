"""The program in each session of tests/chaos: does what each line that is typed says, and notes every line that arrives. Lines are
"NUMBER WORD COUNT"; what it prints is numbered through, so that whoever reads the history knows what must be there."""

import sys
import termios

FRAME_ROWS = 12  # of a full screen that stays


def printed(name, number):
    """Line `number` of that session: text, colours, wide characters, at most 70 columns."""
    kind = number % 5
    body = {0: "plain text", 1: "世界 漢字 かな", 2: "\033[1;31mred\033[0m and \033[4munderlined\033[0m", 3: "e\u0301 combined, \U0001f600 wide", 4: "x" * (number % 40)}[kind]
    return f"{name} {number} {body}"


def full_screen(number):
    text = "\033[?1049h\033[2J"
    for row in range(1, 20):
        text += f"\033[{row};{number % 30 + 1}H\033[7mfull {number} {row}\033[0m"
    return text + "\033[?1049l"


def frame(name, turns):
    """The rows of a full screen after so many turns: each turn draws one row anew and moves it by a column."""
    rows = [""] * FRAME_ROWS
    for turn in range(turns):
        rows[turn % FRAME_ROWS] = " " * (turn % 7) + f"{name} frame {turn} 漢字 {'=' * (turn % 11)}"
    return rows


def draw(name, turns):
    """Those turns, as a program draws them: with a scrolling region, erased lines and the cursor here and there."""
    yield "\033[?1049h\033[2J\033[?25l"
    for turn in range(turns):
        row = turn % FRAME_ROWS
        yield f"\033[{row + 1};1H\033[2K\033[{turn % 7 + 1}G\033[3{turn % 8}m{name} frame {turn} 漢字 {'=' * (turn % 11)}\033[0m"


def main():
    name = sys.argv[1]
    settings = termios.tcgetattr(0)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(0, termios.TCSANOW, settings)
    log = open(sys.argv[2], "ab", buffering=0)
    count = 0
    drawn = False
    print("\033[H\033[2J\033[3Jbegin", flush=True)
    while True:
        line = sys.stdin.readline()
        if not line:
            return
        log.write(line.encode(errors="backslashreplace"))
        words = line.split()
        if len(words) != 3:
            continue  # the log tells
        number, word, size = words
        if drawn:
            sys.stdout.write("\033[?1049l\033[?25h")
            drawn = False
        if word == "print":
            for _ in range(int(size)):
                print(printed(name, count))
                count += 1
            sys.stdout.flush()
        elif word == "screen":
            for turn in range(int(size)):
                sys.stdout.write(full_screen(turn))
        print(f"{name} did {number}", flush=True)
        if word == "draw":  # and stays, until the next line
            drawn = True
            for text in draw(name, int(size)):
                sys.stdout.write(text)
                sys.stdout.flush()


if __name__ == "__main__":
    main()
