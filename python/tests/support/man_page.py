"""Makes the manual page specweave-ml.1 from what the commands say of themselves.

`python -m support.command_page` writes it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from support.c_header import ROOT
from support.command import output

PAGE = ROOT / "python" / "share" / "man" / "man1" / "specweave-ml.1"
HIDDEN = ("help", "version")
"""What every command takes, which is said once."""

STATUS = (
    ("0", "It was done."),
    ("1", "It could not be done, or the answer is one that scripts take for a failure."),
    ("2", "The command line is wrong."),
    ("3", "What was asked for is not there."),
    ("4", "Several are there that fit."),
)
ENVIRONMENT = (
    ("SPECWEAVE_ROOT", "The folder of the project."),
    ("SPECWEAVE_INCREMENT_ID", "The current increment."),
    ("COLUMNS", "The width of tables where there is no terminal that tells it."),
    ("NO_COLOR", "If it is not empty, a terminal gets no colours."),
)


def page() -> str:
    """The page."""
    root = json.loads(output("--experimental-dump-help"))["command"]
    version = output("--version").split()[-1]
    name, abstract = root["commandName"], root["abstract"].rstrip(".")
    examples, remarks = parts(root["discussion"])
    lines = [
        ".\\\" Made by python/tests/support/man_page.py from the commands' own help.",
        f'.TH {text(name.upper())} 1 "" "{text(name)} {text(version)}" "User Commands"',
        ".SH NAME",
        f"{text(name)} \\- {text(abstract[0].lower() + abstract[1:])}",
        ".SH SYNOPSIS",
        f".B {text(name)}",
        ".I command",
        "[\\fIargument\\fR ...]",
        ".SH DESCRIPTION",
        text(remarks),
        ".PP",
        text("Every command takes --help, which tells what it does, and --version."),
        ".SH COMMANDS",
    ]
    for command in root["subcommands"]:
        lines += section(name, command)
    lines += [".SH EXIT STATUS", *listed(STATUS), ".SH ENVIRONMENT", *listed(ENVIRONMENT)]
    lines += [".SH EXAMPLES", *shown(examples), ".SH SEE ALSO", ".BR git (1)"]
    return "\n".join(lines) + "\n"


def section(program: str, command: dict[str, Any]) -> list[str]:
    """What one command says."""
    names = [command["commandName"], *command.get("aliases", [])]
    arguments = [
        one for one in command["arguments"] if one["shouldDisplay"] and name_of(one) not in HIDDEN
    ]
    lines = [f".SS {text(', '.join(names))}", *synopsis(program, names[0], arguments)]
    lines += [".PP", text(command["abstract"])]
    examples, remarks = parts(command.get("discussion", ""))
    if remarks:
        lines += [".PP", text(remarks)]
    for one in arguments:
        lines += [".TP", label(one), text(explained(one))]
    if examples:
        lines += [".PP", "For example:", *shown(examples)]
    return lines


def parts(discussion: str) -> tuple[str, str]:
    """The examples and the remarks of a discussion."""
    before, _, after = discussion.partition("Examples:\n")
    examples, _, remarks = after.partition("\n\n")
    return "\n".join(line.strip() for line in examples.split("\n")), f"{before}{remarks}".strip()


def name_of(argument: dict[str, Any]) -> str:
    """The name by which an argument is known."""
    return str(argument.get("preferredName", {}).get("name") or argument["valueName"])


def dashed(name: dict[str, Any]) -> str:
    """A name as it is written in a command line."""
    return ("-" if name["kind"] == "short" else "--") + str(name["name"])


def synopsis(program: str, command: str, arguments: list[dict[str, Any]]) -> list[str]:
    """The command line with all that it can have."""
    words = []
    for one in arguments:
        value = f"\\fI{text(one['valueName'])}\\fR"
        if one["kind"] == "positional":
            word = value
        else:
            word = f"\\fB{text(dashed(one['preferredName']))}\\fR"
            word += f" {value}" if one["kind"] == "option" else ""
        word += " ...\\&" if one["isRepeating"] else ""
        words.append(f"[{word}]" if one["isOptional"] else word)
    return [f"\\fB{text(f'{program} {command}')}\\fR", *words]


def label(argument: dict[str, Any]) -> str:
    """How an argument is written."""
    value = f"\\fI{text(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value
    names = ", ".join(f"\\fB{text(dashed(name))}\\fR" for name in argument["names"])
    return f"{names} {value}" if argument["kind"] == "option" else names


def explained(argument: dict[str, Any]) -> str:
    """What an argument says of itself, with its values."""
    words = [argument.get("abstract", "")]
    if argument.get("allValues"):
        words.append(f"(values: {', '.join(argument['allValues'])})")
    if argument.get("defaultValue"):
        words.append(f"(default: {argument['defaultValue']})")
    return " ".join(word for word in words if word)


def listed(entries: tuple[tuple[str, str], ...]) -> list[str]:
    """Names with what they mean."""
    return [line for name, meaning in entries for line in (".TP", f".B {name}", text(meaning))]


def shown(examples: str) -> list[str]:
    """Command lines as they are typed."""
    return [".PP", ".nf", ".RS", *(text(line) for line in examples.split("\n")), ".RE", ".fi"]


def text(words: str) -> str:
    """Text of which roff takes nothing for a command, one sentence a line."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\`")
    escaped = escaped.replace("'", "\\(aq").replace("~", "\\(ti").replace("^", "\\(ha")
    lines = re.sub(r"(?<=[a-z)>][.;:]) (?=[A-Z-])", "\n", escaped.replace("\n", " ")).split("\n")
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in lines)
