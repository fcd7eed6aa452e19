"""What a command costs, and the measured figures kept for the table. Nothing here knows a peer or a row."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
# Everything made, installed and measured; nothing outside is written.
WORK = Path(os.environ.get("WORK", PROJECT / "target/peers")).resolve()
TOOLS = WORK / "tools"
MIZHA = os.environ.get("MIZHA", str(PROJECT / "target/release/mizha"))
# Sizes are divided by this, to try the scripts out.
SHRINK = int(os.environ.get("SHRINK", "1"))
# Seconds one command may take.
LIMIT = int(os.environ.get("LIMIT", "60"))


def sized(amount, least=1):
    """An amount of material, divided by SHRINK."""
    return max(least, amount // SHRINK)


def tool(name):
    """The program of this name, those of `install` first; none if it is missing."""
    path = os.pathsep.join([str(TOOLS / "bin"), str(TOOLS / "venv/bin"), os.environ["PATH"], "/usr/sbin"])
    return shutil.which(name, path=path)


def python():
    """The Python that has the peers' packages; none if they are missing."""
    found = TOOLS / "venv/bin/python"
    return str(found) if found.exists() else None


def environment(home="home"):
    """No configuration, packs, models or state of the person who measures, but those of this home."""
    home = WORK / home
    home.mkdir(parents=True, exist_ok=True)
    keep = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**keep, "HOME": str(home), "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": str(home)}


def mizha(*arguments):
    """A command of Mizha's."""
    return [MIZHA, *map(str, arguments)]


class Cost:
    """CPU and wall seconds of a command with all its children. One that takes longer
    than LIMIT is ended: what it took is then the least it costs, which the table says."""

    stopped = []

    def __init__(self, command, stdout=None, home="home"):
        out = open(stdout or os.devnull, "wb")
        begun = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in command], env=environment(home), stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )
        alarm = threading.Timer(LIMIT, lambda: os.killpg(child.pid, signal.SIGKILL))
        alarm.start()
        _, status, usage = os.wait4(child.pid, 0)
        alarm.cancel()
        self.wall = time.perf_counter() - begun
        self.code = child.returncode = os.waitstatus_to_exitcode(status)
        out.close()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.whole = self.code != -signal.SIGKILL
        if not self.whole:
            Cost.stopped.append(f"{Path(command[0]).name} {Path(command[-1]).name}")


def best(command, runs=3, **how):
    """The run with the fewest CPU seconds; long commands run once."""
    costs = []
    while len(costs) < runs and not (costs and costs[-1].wall > LIMIT / 4):
        costs.append(Cost(command, **how))
    return min(costs, key=lambda cost: cost.cpu)


def wall(command, runs=20, **how):
    """Median wall milliseconds."""
    Cost(command, **how)
    return statistics.median(Cost(command, **how).wall for _ in range(runs)) * 1000


def resident(command, home="home"):
    """Most megabytes a command held resident. GNU time starts it: a child of this process would
    count what Python holds."""
    time_tool = tool("time")
    if not time_tool:
        return None
    with tempfile.NamedTemporaryFile("r") as told:
        limited = ["timeout", str(LIMIT), *map(str, command)]
        subprocess.run([time_tool, "-f", "%M", "-o", told.name, *limited], env=environment(home), check=False,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return int(told.read().split()[-1]) * 1024 / 1e6


def one_core():
    """This process and what it starts use one processor: the last, which interrupts use least."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


class Figures:
    """The figures of one script: for each row, what each program reached. Missing ones are kept too."""

    def __init__(self, topic):
        self.topic = topic
        self.rows = {}
        self.missing = {}

    def put(self, row, who, value):
        """A figure; none if the program is missing."""
        self.rows.setdefault(row, {})[who] = value
        shown = "missing" if value is None else f"{value:.4g}"
        print(f"{self.topic}: {row}: {who}: {shown}", flush=True)

    def lack(self, what, why):
        """Something could not be measured, and why."""
        self.missing[what] = why
        print(f"{self.topic}: MISSING: {what}: {why}", flush=True)

    def keep(self):
        """Writes them for the table."""
        for command in dict.fromkeys(Cost.stopped):
            self.lack(command, f"ended after {LIMIT} s: the figure is better than the truth")
        folder = WORK / "figures"
        folder.mkdir(parents=True, exist_ok=True)
        kept = {"rows": self.rows, "missing": self.missing}
        (folder / f"{self.topic}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def need(path, script="material"):
    """The path, or the end: what is measured is not there."""
    if not Path(path).exists():
        sys.exit(f"{path} is missing: run benches/peers/{script}")
    return Path(path)
