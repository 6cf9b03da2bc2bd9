"""The program in each session of tests/chaos: does what each line that is typed says, and notes every line that arrives. Lines are
"NUMBER WORD COUNT"; what it prints is numbered through, so that whoever reads the history knows what must be there."""

import sys
import termios


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


def main():
    name = sys.argv[1]
    settings = termios.tcgetattr(0)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(0, termios.TCSANOW, settings)
    log = open(sys.argv[2], "ab", buffering=0)
    count = 0
    print("\033[H\033[2J\033[3Jbegin", flush=True)
    while True:
        line = sys.stdin.readline()
        if not line:
            return
        log.write(line.encode())
        number, word, size = line.split()
        if word == "print":
            for _ in range(int(size)):
                print(printed(name, count))
                count += 1
            sys.stdout.flush()
        elif word == "screen":
            for turn in range(int(size)):
                sys.stdout.write(full_screen(turn))
        print(f"{name} did {number}", flush=True)


if __name__ == "__main__":
    main()
