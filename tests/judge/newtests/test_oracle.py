"""What a new test asks: read from its syntax."""

import pytest

from journeyman.judge.newtests.oracle import read_new_tests

PRODUCT = {"src/calc.py": b"def add(a, b):\n    return a + b * 1\n\n\ndef rate(n):\n    return n / 100\n"}
SUBJECTS = frozenset({"add", "rate"})

SUSPECT = {
    "def test_x():\n    assert True\n": "new-test-proves-nothing",
    "def test_x():\n    assert add(1, 2) is not None\n": "new-test-proves-nothing",
    "def test_x():\n    assert add(1, 2) == add(1, 2)\n": "new-test-proves-nothing",
    "def test_x():\n    assert (add(1, 2) == 3, 'sum')\n": "new-test-proves-nothing",
    "def test_x():\n    assert add(1, 2) == 3 or True\n": "new-test-proves-nothing",
    "class TestX(TestCase):\n    def test_x(self):\n        self.assertIsNotNone(add(1, 2))\n": "new-test-proves-nothing",
    "def test_x(monkeypatch):\n    monkeypatch.setattr('calc.add', max)\n    assert add(1, 2) == 2\n": "new-test-mocks-subject",
    "def test_x():\n    with mock.patch('calc.add'):\n        assert rate(1) == 0.01\n": "new-test-mocks-subject",
    "def test_x():\n    calc.add = max\n    assert add(1, 2) == 2\n": "new-test-mocks-subject",
    "def test_x():\n    m = MagicMock()\n    add(m, 1)\n    m.assert_called_once()\n": "new-test-mocks-subject",
    "def test_x():\n    x, y = 2, 3\n    assert add(x, y) == x + y * 1\n": "new-test-repeats-code",
    "def test_x():\n    assert subprocess.run(['calc'])\n": "new-test-reaches-out",
    "def test_x():\n    assert open('tests/golden.json').read() == add(1, 2)\n": "new-test-reaches-out",
    "def test_x():\n    assert (HERE / 'test_y.py').read_text() == add(1, 2)\n": "new-test-reaches-out",
    "def test_x():\n    import socket\n    assert socket.socket() == add(1, 2)\n": "new-test-reaches-out",
}
HONEST = (
    "def test_x():\n    assert add(1, 2) == 3\n",
    "def test_x(tmp_path):\n    assert add(1, 2) == 3\n    assert tmp_path is not None\n",
    "def test_x(monkeypatch):\n    monkeypatch.setattr('calc.clock', lambda: 3)\n    assert add(1, 2) == 3\n",
    "def test_x():\n    seen = MagicMock()\n    add(seen, 1)\n    assert add(1, 2) == 3\n    assert rate(5) == 0.05\n",
    "def test_x():\n    with pytest.raises(TypeError):\n        add(1, None)\n",
    "def helper():\n    assert True\n",
    "def test_x():\n    assert add(2, 3) == 2 + 3 * 1\n",
)


def read(source: str, before: str = "") -> set[str]:
    findings = read_new_tests("tests/t.py", before.encode(), source.encode(), product=PRODUCT, subjects=SUBJECTS)
    return {finding.rule for finding in findings}


@pytest.mark.parametrize(("source", "rule"), SUSPECT.items())
def test_a_suspect_test(source: str, rule: str) -> None:
    assert rule in read(source)
    assert read(source, before=source) == set()


@pytest.mark.parametrize("source", HONEST)
def test_an_honest_test(source: str) -> None:
    assert read(source) == set()
    assert read("def test_x(:\n") == set()
