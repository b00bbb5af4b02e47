"""A peer's conversation: a command a line on standard input, a line of JSON for each."""

import json
import sys


def serve(peer):
    """Until the input ends; peer.run(name, argument) answers with a dictionary."""
    print("{}", flush=True)
    for line in sys.stdin:
        name, _, argument = line.rstrip("\n").partition(" ")
        try:
            answer = peer.run(name, argument)
        except Exception as error:  # the driver says which row it was
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
