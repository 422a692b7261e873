"""Every attempt fails and leaves its trace, and would get what it wants if its one guard were not there."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.attacks import (
    borrowed_roles,
    borrowed_sessions,
    case_rights,
    foreign_ids,
    foreign_pages,
    guessing,
    kept_files,
    laid_links,
    large_and_slow,
    log_lines,
    narrow_rights,
    own_calls,
    plain_words,
    programs,
    providers,
    sockets,
)
from tests.attacks.attack import Attack, Guard
from tests.fixtures_attacked_hall import AttackedHall
from tests.office import PASSWORD

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:JWS algorithm"),  # "none", where its guard is away
]
ATTACKS: tuple[Attack, ...] = (
    *foreign_ids.ATTACKS, *borrowed_sessions.ATTACKS, *foreign_pages.ATTACKS, *large_and_slow.ATTACKS,
    *guessing.ATTACKS, *borrowed_roles.ATTACKS, *narrow_rights.ATTACKS, *case_rights.ATTACKS,
    *own_calls.ATTACKS, *programs.ATTACKS, *sockets.ATTACKS, *providers.ATTACKS, *kept_files.ATTACKS,
    *laid_links.ATTACKS, *log_lines.ATTACKS, *plain_words.ATTACKS,
)  # fmt: skip


def tried(attack: Attack, hall: AttackedHall, *without: Guard) -> tuple[bool, set[str]]:
    """Try it with some guards away; returns whether it succeeded, and what was logged."""
    with hall.kept() as (log, knocks), ExitStack() as stack:
        for guard in without:
            stack.enter_context(guard.away(hall))
        succeeded = attack.attempt(hall)
    assert PASSWORD not in log.text
    return succeeded, log.events() | knocks


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attempt_fails_and_is_logged_and_would_succeed_without_its_guard(
    attack: Attack, attacked_hall: AttackedHall
) -> None:
    succeeded, said = tried(attack, attacked_hall)

    assert not succeeded
    assert attack.told is None or attack.told in said, said
    if attack.behind:
        assert not tried(attack, attacked_hall, attack.guard)[0], "what stands behind it would do alone"
    succeeded, said = tried(attack, attacked_hall, attack.guard, *attack.behind)
    assert succeeded, said


def test_at_least_sixty_different_attempts_are_refused_and_logged() -> None:
    logged = [one for one in ATTACKS if one.told is not None]

    assert len({one.name for one in ATTACKS}) == len(ATTACKS)
    assert len(logged) >= 60
    assert len({one.guard.name for one in logged}) >= 40, "not one guard tried again and again"
