"""When Python looks for garbage: seldom while a bot starts, and never again at what the start has made."""

import gc
from typing import Final

_STARTING: Final = 50_000
"""Objects between two looks. With Python's usual 700, a third of the start was spent on looking at
dictionaries, phrases and an index that are there to stay."""
_SETTLED: Final = 5_000
"""With 700, a look came after every dozen updates, took a tenth of their time and found nothing. With many
more than this, one takes long enough for somebody to wait for it."""


def begin() -> None:
    """Make much at once."""
    gc.set_threshold(_STARTING)


def settle() -> None:
    """Take all that there is for permanent: later looks pass it over. Takes a tenth of a second."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SETTLED)
