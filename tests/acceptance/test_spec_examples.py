"""An example in the spec is held to, outside the test runner, even where the tests are content."""

import pytest
from tests.acceptance.conftest import GOOD, Machine, ScriptedServer

pytestmark = pytest.mark.slow
OVERFIT = "```python\n# shop/cart.py\ndef total(prices):\n    return len(prices) + 1\n```"
SPEC = """\
# Sum the prices

`total` returns the sum.

```python
>>> from shop.cart import total
>>> total([10, 20])
30
>>> total([])
0
```

## Must pass

- `tests/test_cart.py::test_total`
"""


def test_what_satisfies_the_tests_and_not_the_example_is_not_delivered(
    machine: Machine, server: ScriptedServer
) -> None:
    machine.project()
    spec = machine.home.parent / "spec.md"
    spec.write_text(SPEC)
    server.answer = lambda _: OVERFIT
    words = ("--base", "HEAD", "--model", server.model, "--json", "--budget-attempts", "1")
    done = machine.run(str(spec), *words)
    assert done.status not in {0, 2}, done.err
    assert "spec-examples" in done.out
    server.answer = lambda _: GOOD
    assert machine.run(str(spec), *words).status == 0
