"""Walks all integration options over HTTP against a running product and prints a line for each: walk.py [SHAPE…]"""

import sys
import time
import traceback

import admin
from callbacks import Receiver
from options import OPTIONS, House
from stack import Stack

SHAPES = ("one-sqlite", "four-postgres-redis")


def walk(shape):
    """Runs every option on a new product; answers how many failed."""
    stack, receiver = Stack(shape), Receiver()
    house = House(stack, admin.test_key(stack, "owner@tatra.example"), receiver)
    failed = 0
    for option in OPTIONS:
        began = time.monotonic()
        try:
            count_exactly(house.client, lambda: option(house))
            print(f"  ok      {option.__doc__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"  FAILED  {option.__doc__}\n{traceback.format_exc()}", flush=True)
    receiver.stop()
    house.judge.close()
    stack.stop()
    return failed


def count_exactly(client, option):
    """The option tells how many signature requests it registered; the counter must have moved by just as many."""
    before = client.counter()
    registered = option()
    after = client.counter()
    used = after["usedSignatureRequests"] - before["usedSignatureRequests"]
    left = before["availableSignatureRequests"] - after["availableSignatureRequests"]
    assert used == left == registered, f"registered {registered}, used {used}, taken from what is left {left}"


def main():
    failed = 0
    for shape in sys.argv[1:] or SHAPES:
        print(f"A Python client, {len(OPTIONS)} integration options, {shape}:", flush=True)
        failed += walk(shape)
    sys.exit(1 if failed else 0)


main()
