"""Settings for stores in a folder of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from journeyman.settings import VECTORS_ENV, Settings, load_settings

SettingsFor = Callable[[str], Settings]


@pytest.fixture
def by_person(tmp_path: Path) -> SettingsFor:
    """Return settings in which a person names the store."""
    return lambda locator: load_settings(environment={VECTORS_ENV: locator, "JOURNEYMAN_CACHE": str(tmp_path)})


@pytest.fixture
def by_repository(tmp_path: Path) -> SettingsFor:
    """Return settings in which a repository names the store."""
    return lambda locator: load_settings(
        f"[index]\nvectors = '{locator}'\n", environment={"JOURNEYMAN_CACHE": str(tmp_path)}
    )
