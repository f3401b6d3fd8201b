"""The YAML that MLflow and others write, compared with PyYAML."""

from __future__ import annotations

from typing import Any

import pytest

from specweave_ml.importing.block_yaml import YamlError, parsed

VALUES: list[dict[str, Any]] = [
    {"name": "a: b # c", "id": "007", "n": 7, "f": 0.5, "none": None, "yes": True, "empty": ""},
    {"long": "word " * 60, "quoted": 'it\'s "this"', "lines": "a\nb\n\nc", "tab": "\tx\x00\x1b"},
    {"unicode": "größe “x” 名前 🎉", "spaces": "  a  ", "colon": "a:", "dash": "- x", "hash": "#x"},
    {"nested": {"a": {"b": 1}, "c": []}, "list": [1, "two", {"k": "v", "l": [3]}], "map": {}},
    {"tags": [], "words": ["null", "true", "1", "1.5", "~", ""], "minus": -3, "big": 2**70},
    {"infinite": float("inf"), "small": 1e-300, "negative": -1.5e10},
    {"key with spaces": 1, "key:with:colons": 2, "'quoted'": 3, "-dash": 4, "ü": 5},
    {"texts": ["1e5", "0o17", "1.5e3", "-.", "+", "0x1F", "1_000", "12:30:45"], "1e5": "2e5"},
    {"windows": "a\r\nb", "backslash": "a\\b\\", "wide": "x" * 300},
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("allow_unicode", [True, False])
def test_what_pyyaml_dumps_is_read(value: dict[str, Any], allow_unicode: bool) -> None:
    yaml = pytest.importorskip("yaml")
    text = yaml.safe_dump(value, default_flow_style=False, allow_unicode=allow_unicode)
    assert parsed(text, by_pyyaml=True) == value, text


def test_comments_blocks_and_documents() -> None:
    text = "---\n# first\na: 1 # one\nb: |\n  x\n   y\nc: >-\n  p\n  q\nd:\n- 1\n-\n  e: 2\n"
    assert parsed(text) == {"a": 1, "b": "x\n y\n", "c": "p q", "d": [1, {"e": 2}]}


def test_numbers_are_those_of_yaml_1_2_where_another_package_wrote_them() -> None:
    assert parsed("a: 1e5\nb: 0o17\nc: [1.5e3, x]\n") == {"a": 1e5, "b": 15, "c": [1500.0, "x"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nnothing\n", 2), ("a: 'open\nb: 1\n", 1), ("a: 1\n   b: 2\nc: 3\n", 2),
        ("a: &x 1", 1), ("a:\n- [1, 2\nb: 1\n", 3), ("a: {b: 1}}\n", 1),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlError, match=f"^line {line}: "):
        parsed(text)
