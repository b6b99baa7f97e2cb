"""When Python looks for garbage: not while a bot starts, and never again at what the start has made."""

import gc
from typing import Final

_STARTING: Final = 500_000
"""Objects between two looks: more than a start makes. With Python's usual 700, a third of the start was spent
on looking at dictionaries, phrases and an index that are there to stay."""
_SETTLED: Final = (2_500, 3, 50)
"""Objects between two looks at the young, how many of these make one at what outlived them, and so on. With
Python's usual 700, a look came after every dozen updates, took a tenth of their time and found nothing. With
many more, or ten of them, one takes long enough for somebody to wait for it: what is kept for the next who
asks outlives the look at the young."""


def begin() -> None:
    """Make much at once."""
    gc.set_threshold(_STARTING)


def settle() -> None:
    """Take all that there is for permanent: later looks pass it over."""
    gc.freeze()
    gc.set_threshold(*_SETTLED)


def settle_anew() -> None:
    """Settle after much was replaced, which is looked for first: that takes a tenth of a second."""
    gc.unfreeze()
    gc.collect()
    settle()
