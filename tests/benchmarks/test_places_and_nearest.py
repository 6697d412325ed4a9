from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.benchmarks import nearest as bench
from ivr.benchmarks.places import places
from ivr.benchmarks.setting import Setting
from ivr.ports import OutsideError


def test_stores_on_a_grid_where_all_is_ties_agree_with_a_scan() -> None:
    assert bench._disagreements(*bench._grid()) == (0, 35)


def test_without_a_list_of_places_there_is_nothing_to_measure(setting: Setting, tmp_path: Path) -> None:
    elsewhere = replace(setting, settings=replace(setting.settings, root=tmp_path))
    with pytest.raises(OutsideError):
        places(elsewhere)
