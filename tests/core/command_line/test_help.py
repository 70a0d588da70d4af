"""What --help prints, for every command and every field."""

import pytest

from scalescope.core.command_line.main import main
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.specs.spec import field_types
from tests.core.command_line.test_main import printed


def words_of(text):
    """Help without the line breaks that depend on the terminal."""
    return " ".join(text.split()).replace("- ", "-")


@pytest.mark.parametrize("command", ["run", "link", "sweep"])
@pytest.mark.parametrize("slug", ["near-far", "pooling", "scale-space"])
def test_help_lists_each_field_with_limits_default_and_help(command, slug, capsys):
    text = words_of(printed(capsys, command, slug, "--help"))
    assert f"usage: python -m core {command} {slug} [--FIELD VALUE" in text
    defaults = EXPERIMENTS[slug].spec()
    for name, field_type in field_types(defaults).items():
        assert f"--{name.replace('_', '-')} " in text
        expected = f"{field_type.label}: {field_type.allowed} (default: "
        assert words_of(expected) in text
        assert words_of(field_type.help) in text


def test_help_lists_the_inputs_where_they_are_taken(capsys):
    text = words_of(printed(capsys, "run", "network", "--help"))
    assert "inputs, not in links: --stretch VALUE percentiles, values or type" in text
    assert "--device VALUE cpu, cuda or auto" in text
    assert "Also: the path of a picture file; not in links." in text
    assert "--device" not in printed(capsys, "link", "network", "--help")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "--help"], "near-far How does a CNN see the same cat, near and far?"),
        (["run", "near-far", "--depth", "2", "-h"], "--json print one JSON object"),
        (["sweep", "pooling", "-h"], "[--workers N | --scheduler tcp://HOST:PORT]"),
        (["list", "--help"], "usage: python -m core list [EXPERIMENT]"),
        (["app", "--help"], "--port N the port (default: 8501)"),
    ],
)
def test_help_of_a_command(words, expected, capsys):
    assert words_of(expected) in words_of(printed(capsys, *words))


def test_help_names_the_program_as_it_was_called(capsys):
    assert main(["link", "pooling", "--help"], "scalescope") == 0
    assert "usage: scalescope link pooling [--FIELD" in capsys.readouterr().out
