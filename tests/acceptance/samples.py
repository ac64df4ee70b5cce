"""Small projects whose specs recorded sessions are about. A byte changed here is another prompt: record again."""

PYPROJECT = '[project]\nname = "sample"\nversion = "1"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["."]\n'
SAMPLES = {
    "slug": {
        "pyproject.toml": PYPROJECT,
        "AGENTS.md": "Keep functions pure. No new dependencies.\n",
        "words/__init__.py": '"""Words for addresses."""\n',
        "words/slug.py": '"""Titles as parts of an address."""\n\nimport re\n\n\ndef slugify(title, max_length=40):\n    """Return a title in lower case, words joined by single hyphens, at most `max_length` characters.\n\n    A title is cut between words where that is possible; there is never a hyphen at either end.\n    """\n    slug = re.sub(r"[^a-z0-9]+", "-", title.lower())\n    return slug[:max_length]\n',
        "tests/test_slug.py": 'from words.slug import slugify\n\n\ndef test_words_are_joined():\n    assert slugify("Hello World") == "hello-world"\n\n\ndef test_no_hyphen_at_the_ends():\n    assert slugify("  Hello, World!  ") == "hello-world"\n\n\ndef test_it_is_cut_between_words():\n    assert slugify("one two three", max_length=9) == "one-two"\n\n\ndef test_a_long_word_is_cut_anyway():\n    assert slugify("incomprehensibilities", max_length=5) == "incom"\n',
    },
    "ledger": {
        "pyproject.toml": PYPROJECT,
        "ledger/__init__.py": '"""A ledger of accounts; amounts are whole cents."""\n',
        "ledger/account.py": '"""Accounts."""\n\nfrom dataclasses import dataclass, field\n\n\nclass Overdrawn(Exception):\n    """More was asked for than there is."""\n\n\n@dataclass\nclass Account:\n    """An account and what happened on it, oldest first."""\n\n    name: str\n    entries: list[int] = field(default_factory=list)\n\n    @property\n    def balance(self) -> int:\n        """In cents."""\n        return sum(self.entries)\n\n    def deposit(self, cents: int) -> None:\n        """Add money."""\n        if cents <= 0:\n            raise ValueError("only positive amounts can be deposited")\n        self.entries.append(cents)\n\n    def withdraw(self, cents: int) -> None:\n        """Take money out."""\n        if cents <= 0:\n            raise ValueError("only positive amounts can be withdrawn")\n        if cents > self.balance:\n            raise Overdrawn(f"{self.name} has {self.balance}, not {cents}")\n        self.entries.append(-cents)\n',
        "ledger/report.py": '"""Reports."""\n\nfrom ledger.account import Account\n\n\ndef statement(account: Account) -> str:\n    """Return a line an entry, and the balance."""\n    lines = [f"{entry / 100:+.2f}" for entry in account.entries]\n    return "\\n".join([*lines, f"balance {account.balance / 100:.2f}"])\n',
        "tests/test_account.py": 'import pytest\n\nfrom ledger.account import Account, Overdrawn\n\n\ndef test_deposit_and_withdraw():\n    account = Account("ada")\n    account.deposit(500)\n    account.withdraw(200)\n    assert account.balance == 300\n\n\ndef test_overdrawn():\n    with pytest.raises(Overdrawn):\n        Account("ada").withdraw(1)\n',
        "tests/test_report.py": 'from ledger.account import Account\nfrom ledger.report import statement\n\n\ndef test_statement():\n    account = Account("ada", [500, -200])\n    assert statement(account) == "+5.00\\n-2.00\\nbalance 3.00"\n',
    },
    "clash": {
        "pyproject.toml": PYPROJECT,
        "tax/__init__.py": '"""Tax."""\n',
        "tax/vat.py": '"""Value added tax, in whole cents."""\n\n\ndef vat(net_cents):\n    """Return the tax on a net amount at 19 percent, rounded down."""\n    return net_cents * 19 // 100\n',
        "tests/test_vat.py": "from tax.vat import vat\n\n\ndef test_rounded_down():\n    assert vat(99) == 18\n\n\ndef test_rounded_up():\n    assert vat(99) == 19\n",
    },
    "cache": {
        "pyproject.toml": PYPROJECT,
        "store/__init__.py": '"""A small store."""\n',
        "store/clock.py": '"""Time, to be replaced in tests."""\n\nimport time\n\n\ndef now():\n    """Return seconds since some moment."""\n    return time.monotonic()\n',
        "store/cache.py": '"""A cache whose entries grow old."""\n\nfrom store import clock\n\n\nclass Cache:\n    """Keeps at most `size` values, each for `ttl` seconds."""\n\n    def __init__(self, size, ttl):\n        self.size = size\n        self.ttl = ttl\n        self._values = {}\n\n    def put(self, key, value):\n        """Keep a value; the one that was not used for the longest time makes room."""\n        if len(self._values) >= self.size:\n            self._values.pop(next(iter(self._values)))\n        self._values[key] = (value, clock.now())\n\n    def get(self, key, default=None):\n        """Return a value that is young enough."""\n        value, since = self._values.get(key, (default, 0))\n        return value\n',
        "tests/test_cache.py": 'import pytest\n\nfrom store import clock\nfrom store.cache import Cache\n\n\n@pytest.fixture\ndef time_s(monkeypatch):\n    now = [100.0]\n    monkeypatch.setattr(clock, "now", lambda: now[0])\n    return now\n\n\ndef test_a_value_is_kept(time_s):\n    cache = Cache(2, 10)\n    cache.put("a", 1)\n    assert cache.get("a") == 1\n\n\ndef test_an_old_value_is_gone(time_s):\n    cache = Cache(2, 10)\n    cache.put("a", 1)\n    time_s[0] += 10\n    assert cache.get("a") is None\n\n\ndef test_the_least_recently_used_makes_room(time_s):\n    cache = Cache(2, 10)\n    cache.put("a", 1)\n    cache.put("b", 2)\n    cache.get("a")\n    cache.put("c", 3)\n    assert cache.get("a") == 1\n    assert cache.get("b") is None\n\n\ndef test_putting_again_needs_no_room(time_s):\n    cache = Cache(2, 10)\n    cache.put("a", 1)\n    cache.put("b", 2)\n    cache.put("b", 3)\n    assert cache.get("a") == 1\n    assert cache.get("b") == 3\n',
    },
}
SPECS = {
    "slug": "test:tests/test_slug.py",
    "ledger": "spec.md",
    "clash": "test:tests/test_vat.py::test_rounded_up",
    "cache": "test:tests/test_cache.py",
}
LEDGER_SPEC = """# Transfers between accounts

Add `transfer(source, target, cents)` to `ledger/account.py`: it takes money out of one account and puts it into another.

## Acceptance criteria

- A transfer changes both balances by the same amount.
- When the source has too little, `Overdrawn` is raised and neither account changes.
- A transfer to the same account is refused with `ValueError`, and nothing changes.
- New tests in `tests/test_transfer.py` show each of these.
"""
