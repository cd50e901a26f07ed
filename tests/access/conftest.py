"""A company told in payloads: a small one for every run, the sample company where minutes do not matter."""

from __future__ import annotations

import pytest

from services.site import Site
from tests.services.small_company import write_exports

from .payloads import Payloads
from .poisoned import poisoned_site, tell_in_payloads

CANARY = "127.0.0.1:9"
"""Nobody listens there; the browser's tests have a server of their own."""


@pytest.fixture(scope="session")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Site:
    payloads = Payloads(CANARY)
    site = poisoned_site(tmp_path_factory.mktemp("poisoned"), payloads, write_exports)
    return tell_in_payloads(site, payloads, several=3)
