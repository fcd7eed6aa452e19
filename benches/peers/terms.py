"""A list of terms in the form each program takes it."""

import subprocess

from meter import WORK, environment, mizha, need


def listed(count):
    """One term a line."""
    return need(WORK / f"material/terms-{count}.txt")


def signatures(count):
    """As ClamAV's: body signatures of any file, in hexadecimal."""
    path = WORK / f"terms-{count}.ndb"
    lines = [f"Term.{n}:0:*:{term.encode().hex()}" for n, term in enumerate(listed(count).read_text().split())]
    path.write_text("\n".join(lines) + "\n")
    return path


def pack(count):
    """As a pack of Mizha's; none if it cannot be made."""
    path = WORK / f"terms-{count}.toml"
    if not path.exists():
        subprocess.run(mizha("pack", "import", listed(count), "-o", path, "--confidence", "high"),
                       env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return path if path.exists() else None
