"""Settings that the app leans on, and the promise that nothing is asked of the internet."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from streamlit import config

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_every_setting_still_exists_under_its_name() -> None:
    known = set(config._config_options_template)
    for section in ("server", "browser", "runner", "client"):
        for name in SETTINGS[section]:
            assert f"{section}.{name}" in known


def test_no_full_collection_after_each_rerun() -> None:
    assert SETTINGS["runner"]["postScriptGC"] is False


def test_no_usage_statistics() -> None:
    assert SETTINGS["browser"]["gatherUsageStats"] is False


def test_the_first_run_on_a_machine_asks_for_nothing() -> None:
    assert SETTINGS["server"]["showEmailPrompt"] is False


def test_an_upload_stays_in_memory_up_to_the_limit() -> None:
    """Starlette would write what is larger than its spool into a temporary file."""
    from scalescope.components import server
    from scalescope.core.imaging.decode import MAX_FILE_BYTES

    assert SETTINGS["server"]["maxUploadSize"] * 2**20 == MAX_FILE_BYTES
    assert server.MultiPartParser.spool_max_size > MAX_FILE_BYTES


def test_no_source_names_a_foreign_address_or_a_fetched_icon() -> None:
    for folder in ("components", "core"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".js", ".css"}:
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"https?://(?!127\.0\.0\.1|HOST)|:material/", text), path
