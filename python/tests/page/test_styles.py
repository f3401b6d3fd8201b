"""Each part that the modules draw has its look in the style: no class has lost its rule."""

from __future__ import annotations

import re

from support.page_modules import PAGE

STYLE = (PAGE / "style.css").read_text("utf-8")
RULES = set(re.findall(r"\.([a-z][a-z0-9-]*)", STYLE))

PLAIN = {
    *("chooser-list", "curves-loading", "importance", "logged", "narrow", "other"),
    *("patch-path", "patch-text", "path", "spark", "stage", "unfinished"),
}
"""Classes that name a part and need no rule of their own."""


def classes_of(module: str) -> set[str]:
    """Return the classes that a module gives in plain texts."""
    given = re.findall(r'\bclass: (?:"([^"]*)"|`([^`]*)`|\[([^\]]*)\])', module)
    names: set[str] = set()
    for text, template, several in given:
        texts = [text, re.sub(r"\S*\$\{[^}]*\}\S*", " ", template)]
        texts += re.findall(r'"([^"]*)"', several)
        names.update(name for one in texts for name in one.split())
    return names


def test_every_class_has_a_rule() -> None:
    for path in sorted(PAGE.glob("*.js")):
        assert classes_of(path.read_text("utf-8")) - RULES - PLAIN == set(), path.name


def test_each_view_has_rules() -> None:
    assert {"report", "pair-part", "diagram", "patch-line", "values", "place"} <= RULES
    assert PLAIN.isdisjoint(RULES)


def test_each_colour_is_given_once_for_both_themes() -> None:
    tokens, _, rest = STYLE.partition("/* The page */")
    declared = re.findall(r"^  (--[\w-]+): light-dark\(", tokens, re.MULTILINE)
    assert {"--ground", "--ink", "--bad-ground"} <= set(declared)
    assert len(declared) == len(set(declared))
    assert "prefers-color-scheme" not in STYLE
    # Paper is white, whatever the screen is.
    assert set(re.findall(r"(--[\w-]+): #", rest)) == {"--ground", "--raised", "--ink", "--line"}
