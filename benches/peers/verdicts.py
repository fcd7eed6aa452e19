"""Programs that watch a folder and write a log of what they found, and waiting for the names in that log.
Only the processes started here are ended."""

import ctypes
import os
import re
import select
import signal
import subprocess
import time

from meter import HERE, WORK, environment, mizha, tool
from terms import signatures

MARK = "机密★10年"
NAME = re.compile(rb"f\d{6}\.txt")
IN_MODIFY = 2


class Log:
    """Names that appear in a log, with the time they were seen: the system tells of each write."""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.rest = b""
        self.names = set()
        # When a name was last new.
        self.last = time.monotonic()
        libc = ctypes.CDLL(None, use_errno=True)
        self.queue = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        libc.inotify_add_watch(self.queue, os.fsencode(path), IN_MODIFY)
        self.read(self.last)

    def read(self, seen):
        text = self.rest + self.file.read()
        end = text.rfind(b"\n") + 1
        self.rest = text[end:]
        known = len(self.names)
        self.names.update(NAME.findall(text[:end]))
        if len(self.names) > known:
            self.last = seen

    def wait(self, count, seconds, longest=120):
        """True when so many names stand there; silence for `seconds` ends it, and so does `longest`."""
        end = time.monotonic() + longest
        while len(self.names) < count and time.monotonic() < end:
            ready, _, _ = select.select([self.queue], [], [], seconds)
            seen = time.monotonic()
            if not ready:
                return False
            os.read(self.queue, 65536)
            self.read(seen)
        return len(self.names) >= count

    def close(self):
        self.file.close()
        os.close(self.queue)


class Watcher:
    """A program that watches `folder` and logs what it finds."""

    who = ""

    def __init__(self, name):
        self.root = WORK / "watch" / name
        self.folder = self.root / "watched"
        subprocess.run(["rm", "-rf", self.root], check=True)
        self.folder.mkdir(parents=True)
        self.children = []
        self.log = self.root / "log"

    def start(self, command, **how):
        child = subprocess.Popen([str(part) for part in command], env=environment(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)
        self.children.append(child)
        return child

    def ready(self, done, seconds=30):
        """Waits until `done`; false if it does not become so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and all(child.poll() is None for child in self.children):
            if done():
                return True
            time.sleep(0.02)
        return False

    def signal(self, number):
        """To the program whose queue holds the events."""
        os.kill(self.children[-1].pid, number)

    def stop(self):
        for child in reversed(self.children):
            child.send_signal(signal.SIGCONT)
            child.terminate()
            try:
                child.wait(3)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Mizha(Watcher):
    """`mizha watch` over a watched folder without rest; its log is the audit log."""

    who = "mizha"

    def begin(self):
        state = self.root / "state"
        settings = self.root / "config.toml"
        settings.write_text(f'[tell]\nnotify = false\nnames_in_audit = "plain"\n\n[[watch]]\npath = "{self.folder}"\n'
                            'action = "report"\nsettle_millis = 0\n')
        self.start(mizha("watch", "--config", settings, "--state", state))
        self.log = state / "audit.jsonl"
        self.status = state / "run/status.json"
        return self.ready(lambda: self.log.exists() and self.status.exists())


class Floor(Watcher):
    """The program of floor.c."""

    who = "inotify loop"

    def begin(self):
        program = WORK / "floor"
        gcc = tool("gcc")
        if not gcc or subprocess.run([gcc, "-O2", "-o", program, HERE / "floor.c"], check=False).returncode:
            return False
        self.start([program, self.folder, MARK, self.log])
        return self.ready(lambda: self.log.exists() and self.log.stat().st_size > 0)


class Clamonacc(Watcher):
    """clamd with one signature, clamonacc over the folder; its log line is the verdict. Needs root."""

    who = "clamonacc"

    def begin(self):
        if os.geteuid() != 0 or not tool("clamonacc") or not tool("clamd"):
            return False
        base = self.root / "base"
        base.mkdir()
        lines = signatures(1_000).read_text() + f"Term.mark:0:*:{MARK.encode().hex()}\n"
        (base / "terms.ndb").write_text(lines)
        socket, settings = self.root / "clamd.sock", self.root / "clamd.conf"
        settings.write_text(f"LocalSocket {socket}\nDatabaseDirectory {base}\nForeground yes\nUser clamav\n"
                            f"OnAccessIncludePath {self.folder}\nOnAccessExcludeUname clamav\nOnAccessPrevention no\n")
        subprocess.run(["chown", "-R", "clamav", self.root], check=True)
        self.start([tool("clamd"), "--config-file", settings])
        if not self.ready(socket.exists):
            return False
        self.start([tool("clamonacc"), "--config-file", settings, "--log", self.log, "--foreground", "--fdpass"])
        # It says nothing when it is ready: a probe is written until it is found.
        return self.ready(self.probed)

    def probed(self):
        (self.folder / "probe.txt").write_text(MARK)
        time.sleep(0.2)
        return self.log.exists() and "FOUND" in self.log.read_text(errors="replace")
