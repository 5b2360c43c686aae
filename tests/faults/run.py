#!/usr/bin/python3
"""make faults: the demo in calm and under storms; both streets' reports must be the same, byte for byte. [ROUNDS [SEED]]"""
import hashlib
import sys
import time

import storm


def say(text):
    print(f'# {text}', flush=True)


def main():
    rounds, seed = (int(a) for a in (sys.argv[1:] + ['3', '20140308'][len(sys.argv) - 1:]))
    bad = 0
    up = storm.Up().start()
    try:
        began = time.monotonic()
        last = up.demo(seed)
        say(f'calm, demo {seed}: {time.monotonic() - began:.0f} s. {last}')
        calm = [up.report(s) for s in storm.STREETS]
    finally:
        up.close()
    for n in range(1, rounds + 1):
        up = storm.Up().start()
        try:
            got, _ = storm.stormy(up, seed, n, say)
        finally:
            up.close()
        same = got == calm
        bad += not same
        print(f'{"" if same else "not "}ok {n} - storm {n}: reports {" ".join(hashlib.sha256(g).hexdigest()[:16] for g in got)}, '
              f'calm {" ".join(hashlib.sha256(g).hexdigest()[:16] for g in calm)}', flush=True)
    print(f'1..{rounds}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
