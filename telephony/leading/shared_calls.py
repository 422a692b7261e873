"""What the telephony processes of one machine share: who lives, who leads a call, and who takes it over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from core.clock import Clock
from core.ids import CallId, LegId
from telephony.asterisk.ari_client import AriClient
from telephony.call.events import CallEvent, DigitPressed
from telephony.call.outside import is_outside_leg
from telephony.leading.adoption import Adoption, Papers
from telephony.leading.driver import CallDriver
from telephony.leading.farewell import Farewell
from telephony.leading.lease import CallLeases
from telephony.leading.lease_watch import LeaseWatch
from telephony.leading.overheard import OverheardCode, OverheardKeys
from telephony.leading.process_life import LivingProcesses, ProcessLife
from telephony.leading.reconciliation import Reconciliation


class SharedCalls:
    """One process's part in it.

    Args:
        folder: shared by all telephony processes of this machine and instance
        client: bears this process's application
        codes: what operators press to flag a call or to call for help
        on_code: told of such a code on a call that another process leads; returns at once
    """

    def __init__(
        self,
        folder: Path,
        client: AriClient,
        *,
        codes: tuple[str, ...],
        on_code: Callable[[OverheardCode], None],
    ) -> None:
        self._client = client
        self.life = ProcessLife(folder, client.app)
        self.living = LivingProcesses(folder, client.app)
        self.leases = CallLeases(folder, client.app)
        self._overheard = OverheardKeys(codes, on_code)

    def hear(self, call: CallId, event: CallEvent) -> None:
        """Take what happened to a call that is not led here: an operator's keys may become ours to read."""
        if not isinstance(event, DigitPressed) or event.leg == call or is_outside_leg(event.leg):
            return  # a caller's keys mean nothing, nor do those of people from outside
        self._overheard.hear(call, event)

    def follow(
        self,
        driver: CallDriver,
        journal: Papers,
        clock: Clock,
        *,
        prefix: str,
        hand_back: Callable[[LegId], Awaitable[None]],
    ) -> tuple[Reconciliation, LeaseWatch, Farewell]:
        """Build who compares, who watches the others and who hands our calls over at the end.

        Args:
            driver: the calls this process leads
            journal: what all processes wrote
            clock: for the events we make
            prefix: what the applications of this instance begin with
            hand_back: gives a caller's leg that belongs to no call to the dialplan
        """
        adoption = Adoption(
            self._client,
            driver,
            journal=journal,
            leases=self.leases,
            living=self.living,
            clock=clock,
            hand_back=hand_back,
            keys_since=self._overheard.since,
        )
        reconciliation = Reconciliation(
            self._client, driver, self.leases, adoption, clock, prefix=prefix, hand_back=hand_back
        )
        watch = LeaseWatch(
            self._client,
            driver,
            leases=self.leases,
            living=self.living,
            adoption=adoption,
            compare=reconciliation.compare,
        )
        return reconciliation, watch, Farewell(driver, self.leases, self.living, adoption)
