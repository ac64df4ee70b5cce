"""A spec's examples: what can be checked becomes a check, what cannot is left alone."""

from journeyman.domain.spec import Criterion, Source, Spec
from journeyman.pipeline.examples import examples_of

INTENT = """\
Sum a bill.

```python
>>> from shop.cart import total, Bill
>>> bill = Bill([1, 2])
>>> total(bill)
3
>>> total([
...     4,
... ])
4
>>> bill
<Bill of 2>
>>> total(None)
Traceback (most recent call last):
    ...
shop.errors.NoBill: there is none
```
"""


def spec(intent: str, *criteria: str) -> Spec:
    source = Source(locator="text:", digest="0")
    wanted = tuple(Criterion(id=str(number), text=text) for number, text in enumerate(criteria))
    return Spec(title="t", intent=intent, source=source, criteria=wanted)


def test_examples_become_asserts_in_their_order() -> None:
    (held,) = examples_of(spec(INTENT, "And so:\n\n>>> total([])\n0\n"))
    assert held.content.decode() == (
        "from shop.cart import total, Bill\n"
        "bill = Bill([1, 2])\n"
        "assert (total(bill)) == (3)\n"
        "assert (total([\n    4,\n])) == (4)\n"
        "with raises(Exception):\n    total(None)\n"
        "assert (total([])) == (0)\n"
    )


def test_what_cannot_be_checked_is_left_alone() -> None:
    assert examples_of(spec("No example at all.")) == ()
    assert examples_of(spec(">>> total([1])\n1\n")) == ()
    assert examples_of(spec(">>> from shop import x\n>>> x\n<X>\n")) == ()
    assert examples_of(spec(">>> from shop import\n>>> 1\n1\n")) == ()
    assert examples_of(spec(">>>no space\n1\n")) == ()
