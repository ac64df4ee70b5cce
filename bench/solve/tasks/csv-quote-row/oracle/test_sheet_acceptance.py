import csv
import io

from sheet.export import export
from sheet.row import format_row
from sheet.table import Table


def test_plain_cells():
    assert format_row(["a", "b c", "d"]) == "a,b c,d"


def test_numbers_and_empty_cells():
    assert format_row([1, 2.5, None, ""]) == "1,2.5,,"


def test_commas_and_line_breaks_need_quotes():
    assert format_row(["Lovelace, Ada", "one\ntwo"]) == '"Lovelace, Ada","one\ntwo"'


def test_quotes_are_doubled():
    assert format_row(['say "hi"']) == '"say ""hi"""'


def test_only_where_needed():
    assert format_row(["it's", "a;b"]) == "it's,a;b"


def test_a_csv_reader_gets_the_cells_back():
    table = Table(["name", "note"])
    table.add('A "B", C', 'x\n"')
    table.add("", ",")
    rows = list(csv.reader(io.StringIO(export(table))))
    assert rows == [["name", "note"], ['A "B", C', 'x\n"'], ["", ","]]
