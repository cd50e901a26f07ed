"""The pages' one clock."""

from datetime import UTC, datetime

from services.sample_calendar import present
from services.site import Site


def right_now() -> datetime:
    """The moment of drawing or sending, in the company's calendar; a form may have been open for long."""
    return present(Site.from_environment(), datetime.now(UTC)).astimezone()
