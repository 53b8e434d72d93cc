"""Runs axe-core, which finds accessibility problems of a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from web.build.npm import packages

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """
tags => axe.run(document, {
  runOnly: { type: 'tag', values: tags },
  resultTypes: ['violations', 'incomplete'],
}).then(({ violations }) => violations)
"""


def violations(page: Page) -> list[str]:
    """Lists the rules of WCAG 2.2 A and AA, and of good practice, that the page breaks now, including its shadow roots.

    One line for each element that breaks a rule: ``rule: what is wrong (where)``. The source of axe-core is evaluated
    and not linked, so that it runs under the strictest content security policy.
    """
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate((packages(Path(__file__).parent) / "axe-core" / "axe.min.js").read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    return [_line(rule, node) for rule in found for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    """Describes one broken rule at one element; ``target`` is a selector, or one for each shadow root on the path."""
    (target,) = node["target"]
    where = target if isinstance(target, str) else " >> ".join(target)
    summary = node["failureSummary"].splitlines()
    reasons = [line.strip() for line in summary[1:] if line.strip()]
    return f"{rule['id']}: {reasons[0] if reasons else rule['help']} ({where})"
