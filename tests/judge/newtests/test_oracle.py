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
    "def test_x():\n    assert urllib.request.urlopen(add(1, 2))\n": "new-test-reaches-out",
    "def test_x():\n    from http import client\n    assert client.x == add(1, 2)\n": "new-test-reaches-out",
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
    "def test_x():\n    assert add(1, 2) == int(urllib.parse.urlsplit('http://h:3').port)\n",
    "def test_x():\n    from http import HTTPStatus\n    assert add(100, 100) == HTTPStatus.OK\n",
    "def test_x():\n    assert platform.system() == add('Lin', 'ux')\n",
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


def test_a_client_of_the_network_may_test_itself() -> None:
    source = b"def test_x():\n    assert httpx.URL('http://a').port == add(1, 2)\n"
    found = [
        [finding.rule for finding in read_new_tests("tests/t.py", b"", source, product={}, subjects=SUBJECTS, own=own)]
        for own in (frozenset(), frozenset({"httpx"}))
    ]
    assert found == [["new-test-reaches-out"], []]


def test_calls_of_other_functions_are_no_repetition() -> None:
    product = {"a.py": b"def length(x):\n    return int(x.get('a', 0))\n"}
    source = b"def test_x():\n    assert length(y) == str(y.get('a', 0))\n"
    assert not list(read_new_tests("tests/t.py", b"", source, product=product, subjects=frozenset()))
    same = source.replace(b"str(", b"int(")
    assert list(read_new_tests("tests/t.py", b"", same, product=product, subjects=frozenset()))
