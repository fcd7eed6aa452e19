"""The rows of the table with their figures: what was asked, what was reached."""

import json
import tomllib
from dataclasses import dataclass, field

from meter import HERE

RESULTS = HERE / "results.json"
OURS = "mizha"


@dataclass
class Asked:
    """One thing asked of a row; `bound` is the figure it comes to, none if the other is missing."""

    text: str
    bound: float | None
    reached: float | None
    met: bool | None


@dataclass
class Row:
    """A row with its figures; a missing one is none."""

    name: dict
    unit: dict
    more: bool
    plot: bool
    how: str
    ours: float | None
    others: dict
    asked: list = field(default_factory=list)


def results():
    """Everything `collect` kept."""
    return json.loads(RESULTS.read_text())


def load(figures):
    """All rows in order, and the programs that are bounds."""
    told = tomllib.loads((HERE / "rows.toml").read_text())
    return [row(entry, figures.get(entry["id"], {})) for entry in told["row"]], told["bounds"]


def row(entry, figures):
    more = entry.get("more", False)
    unit = entry["unit"]
    made = Row({"en": entry["en"], "zh": entry["zh"]}, {"en": unit, "zh": entry.get("unit_zh", unit)}, more,
               entry.get("plot", False), entry.get("how", ""), figures.get(OURS),
               {who: figures.get(who) for who in entry["peers"]})
    made.asked = [asked(wish, made, figures) for wish in entry.get("asked", [])]
    return made


def asked(wish, row_, figures):
    """A wish beside the figures. A factor of several others is one of the best of them."""
    sign, factor = ("≥", wish["at_least"]) if "at_least" in wish else ("≤", wish["at_most"])
    rivals = wish.get("of", [])
    rivals = [rivals] if isinstance(rivals, str) else rivals
    if not rivals:
        text, base = f"{sign} {number(factor)} {row_.unit['en']}".strip(), 1.0
    else:
        known = [figures[who] for who in rivals if figures.get(who) is not None]
        text = f"{sign} {number(factor)} × {' / '.join(rivals)}"
        base = (max if row_.more else min)(known) if known else None
    if base is None or row_.ours is None:
        return Asked(text, base and factor * base, None, None)
    bound = factor * base
    reached = row_.ours / base if rivals and base else row_.ours
    return Asked(text, bound, reached, row_.ours >= bound if sign == "≥" else row_.ours <= bound)


def number(value):
    """Three digits that count, thousands apart."""
    if value is None:
        return "–"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) < 0.01:
        return "< 0.01"
    text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return text.rstrip("0").rstrip(".")
