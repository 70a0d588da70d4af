"""argparse over the specs: every field is an option, with its limits in the help."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ..experiments import EXPERIMENTS
from ..experiments.experiment import Experiment
from ..specs.field_types import Choice, FieldType, Number, Numbers
from ..specs.spec import SpecError, field_types
from .errors import UsageError

HELP = ("-h", "--help")


class HelpRequested(Exception):
    """A request for help in place of a command; its text is the help."""


class Parser(argparse.ArgumentParser):
    """An argparse parser that raises instead of printing and exiting.

    Errors are :class:`UsageError` or ``argparse.ArgumentError``, help is :class:`HelpRequested`.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            allow_abbrev=False,
            argument_default=argparse.SUPPRESS,  # only what was given, in the order given
            exit_on_error=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **settings,
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)

    def print_help(self, file: Any = None) -> NoReturn:
        raise HelpRequested(self.format_help().rstrip("\n"))


def table(rows: Mapping[str, str]) -> str:
    """Names and what they mean, one pair a line, in two columns."""
    width = max(map(len, rows))
    return "\n".join(f"  {name:{width}}  {text}" for name, text in rows.items())


def flag(name: str) -> str:
    """The option of a field: ``near_m`` is ``--near-m``."""
    return "--" + name.replace("_", "-")


def parse_experiment(words: Sequence[str], prog: str = "") -> Experiment[Any, Any]:
    """The experiment that the first word names.

    Raises :class:`HelpRequested` where help is asked for, and :class:`UsageError`.
    """
    if words and words[0] in HELP:
        questions = {slug: experiment.question for slug, experiment in EXPERIMENTS.items()}
        epilog = (
            f"experiments:\n{table(questions)}\n\n'{prog} EXPERIMENT --help' lists its options."
        )
        Parser(prog=prog, usage=f"{prog} EXPERIMENT [OPTION]...", epilog=epilog).print_help()
    if not words:
        raise UsageError(f"name an experiment: {', '.join(EXPERIMENTS)}")
    if words[0] not in EXPERIMENTS:
        known = ", ".join(EXPERIMENTS)
        raise UsageError(f"experiment: '{words[0]}' is not allowed; give one of {known}.")
    return EXPERIMENTS[words[0]]


def experiment_parser(
    experiment: Experiment[Any, Any],
    prog: str,
    usage: str,
    inputs: Mapping[str, str],
    values: str | None = None,
) -> Parser:
    """A parser with an option for every field of an experiment and every input.

    ``usage``: the options of the command itself. ``inputs``: option names with what they take.
    ``values``: what an option takes, in place of one value.
    """
    prog = f"{prog} {experiment.slug}"
    usage = f"{prog} [--FIELD {values or 'VALUE'}]... {usage}".rstrip()
    parser = Parser(prog=prog, usage=usage, description=experiment.question)
    _add_fields(parser, experiment.spec(), inputs, values)
    fields = field_types(experiment.spec)
    others = {name: text for name, text in inputs.items() if name not in fields}
    if others:
        group = parser.add_argument_group("inputs, not in links")
        for name, text in others.items():
            _add(group, name, values or "VALUE", text)
    return parser


def _add_fields(
    parser: Parser, defaults: Any, inputs: Mapping[str, str], values: str | None
) -> None:
    group = parser.add_argument_group("fields")
    for name, field_type in field_types(defaults).items():
        text = _field_help(field_type, getattr(defaults, name))
        if name in inputs:
            text += f" Also: {inputs[name]}; not in links."
        _add(group, name, values or _metavar(field_type), text)


def _add(group: Any, name: str, metavar: str, text: str) -> None:
    group.add_argument(flag(name), dest=name, metavar=metavar, help=text.replace("%", "%%"))


def _metavar(field_type: FieldType) -> str:
    if isinstance(field_type, Number):
        return "NUMBER"
    if isinstance(field_type, Numbers):
        return "NUMBERS"
    return "NAME" if isinstance(field_type, Choice) else "TEXT"


def _field_help(field_type: FieldType, default: Any) -> str:
    default_text = field_type.format(default) or "empty"
    text = f"{field_type.label}: {field_type.allowed} (default: {default_text})."
    return f"{text} {field_type.help}" if field_type.help else text


def parse_options(
    parser: argparse.ArgumentParser, words: Sequence[str], allowed: str
) -> dict[str, Any]:
    """The options given, by name, in the order given.

    ``allowed``: what may be given in place of an unknown option, as the end of a sentence. Raises
    :class:`UsageError` and :class:`SpecError`.
    """
    try:
        options, rest = parser.parse_known_args(_normalized(words))
    except argparse.ArgumentError as error:
        raise UsageError(_sentence(error)) from None
    if rest:
        raise _unknown(rest, allowed)
    return vars(options)


def _sentence(error: argparse.ArgumentError) -> str:
    """argparse's error as a sentence that names the option."""
    name = (error.argument_name or "").lstrip("-").replace("-", "_")
    if error.message == "expected one argument":
        return f"{name}: a value is missing"
    if error.message.startswith("ignored explicit argument"):
        return f"{name}: this option takes no value"
    return f"{name}: {error.message}"


def _normalized(words: Sequence[str]) -> list[str]:
    """The words as argparse reads them: names with hyphens, and ``--kernel=-1,0,1`` in one word.

    As a word of its own, a value that begins with '-' and is no number would be taken for an
    option.
    """
    result: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        is_value = word.startswith("-") and not word.startswith("--") and word not in HELP
        if is_value and result and result[-1].startswith("--") and "=" not in result[-1]:
            result[-1] += f"={word}"
        elif word.startswith("--"):
            result.append(name.replace("_", "-") + equals + value)
        else:
            result.append(word)
    return result


def _unknown(rest: Sequence[str], allowed: str) -> UsageError | SpecError:
    """The error for words that no option takes."""
    name, equals, value = rest[0].partition("=")
    if not name.startswith("--") or name == "--":
        return UsageError(f"'{rest[0]}' is not an option; options are written --name value")
    if not equals and len(rest) > 1 and not rest[1].startswith("--"):
        value = rest[1]
    return SpecError(name[2:].replace("-", "_"), value, allowed)
