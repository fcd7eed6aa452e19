"""A list of terms in the form each program takes it."""

import os
import shutil
import subprocess
from pathlib import Path

from meter import MIZHA, WORK, environment, mizha, need


def listed(count):
    """One term a line."""
    return need(WORK / f"material/terms-{count}.txt")


def signatures(count):
    """As ClamAV's: body signatures of any file, in hexadecimal."""
    path = WORK / f"terms-{count}.ndb"
    lines = [f"Term.{n}:0:*:{term.encode().hex()}" for n, term in enumerate(listed(count).read_text().split())]
    path.write_text("\n".join(lines) + "\n")
    return path


def installed(count):
    """As a signed pack of Mizha's, installed in a home of its own, which is returned; none if that fails."""
    home = WORK / f"home-{count}"
    mark = home / "installed"
    program = str(os.stat(MIZHA).st_mtime_ns)
    if mark.exists() and mark.read_text() == program:
        return home.name
    shutil.rmtree(home, ignore_errors=True)
    pack, key = home / "terms.toml", home / "officer"
    env = environment(home.name)
    steps = [["keygen", key, "--no-password"], ["import", listed(count), "-o", pack, "--confidence", "high"],
             ["sign", pack, "--key", f"{key}.key", "-o", home / "terms.mzpack"], ["install", home / "terms.mzpack"]]
    for step in steps:
        code = subprocess.run(mizha("pack", *step), env=env, capture_output=True, check=False).returncode
        # Ordinary words among the terms are refused, which the code tells; the others are written.
        if code and not (step[0] == "import" and pack.exists()):
            print(f"the pack of {count} terms fails at: mizha pack {step[0]}")
            return None
        if step[0] == "keygen":
            settings = home / ".config/mizha/config.toml"
            settings.parent.mkdir(parents=True)
            public = Path(f"{key}.pub").read_text().split()[-1]
            settings.write_text(f'[packs]\nkeys = ["{public}"]\n')
    mark.write_text(program)
    return home.name
