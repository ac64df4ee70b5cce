"""Protection of the suite: what a change does to tests that existed, said in words. One reader per language."""

from journeyman.judge.protection.data_edits import read_data_edits
from journeyman.judge.protection.edit import TestEdit, TestReader, edit_findings, waived_names
from journeyman.judge.protection.python_reader import read_python_edits

READERS: dict[str, TestReader] = {".py": read_python_edits}
"""By suffix of the file; what none reads must be the same to the byte."""

__all__ = ["READERS", "TestEdit", "TestReader", "edit_findings", "read_data_edits", "waived_names"]
