"""``python -m bot``, but for what would make a test wait: `impatient.py COMMAND`."""

from functools import partial

from bot import worker
from bot.cli import main
from bot.followups import delivery, tasks, updates
from bot.followups.delivery import Courier
from bot.followups.pacing import Limits
from bot.handlers import delivering, progress

# Thirty in a second, as Telegram allows; what a killed worker had taken comes back after a second and a half.
LIMITS = Limits(per_second=30, in_flight=5, send_timeout=1.2, lease=1.5)

if __name__ == "__main__":
    delivering.Courier = partial(Courier, limits=LIMITS)  # type: ignore[misc, assignment]
    delivery.POLL = progress.EVERY = 0.1
    tasks.STALLED = updates.LEASE = 1.0
    tasks.CHECK = "* * * * * *"
    worker.SIGN_OF_LIFE = 0.3
    main()
