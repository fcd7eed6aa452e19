"""The project's own benches, built."""

import json
import os
import subprocess

from meter import PROJECT


def built(name):
    """The program of a bench: that of the variable BENCH_<NAME>, or built now; none if it does not build."""
    given = os.environ.get(f"BENCH_{name.upper()}")
    if given:
        return given
    run = subprocess.run(["cargo", "bench", "--locked", "--no-run", "--quiet", "--bench", name, "--message-format=json"],
                         cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    for line in run.stdout.splitlines():
        told = json.loads(line)
        if told.get("target", {}).get("name") == name and told.get("executable"):
            return told["executable"]
    return None
