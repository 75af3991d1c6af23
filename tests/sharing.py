"""Which tests go to the same process, because what they share takes long to make: a site, and the one walk over all its
pages. Told by file: pytest 9.2 gives node ids as xdist's own mark for groups (of 3.8) can no longer change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"
WALKS = tuple(f"{JOURNEYS}test_{name}.py" for name in ("access", "keyboard", "weight"))


def group_of(nodeid: str) -> str:
    """A test that shares nothing is a group by itself."""
    if nodeid.startswith(WALKS):
        return "walks"
    return "journeys" if nodeid.startswith(JOURNEYS) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    # Loaded here: a test run in one process has no need of it.
    from xdist.scheduler import LoadScopeScheduling

    class ByWhatIsShared(LoadScopeScheduling):
        """The groups, largest first, then test by test."""

        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByWhatIsShared(config, log)
