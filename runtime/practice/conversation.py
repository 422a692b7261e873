"""How a practice call goes: dial, hear the announcement, be connected, speak both tracks at once, hang up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import soundfile
from baresip.call import Call, CallState
from baresip.errors import CallFailed
from baresip.runtime import Runtime

from runtime.practice.order import Moment, OperatorConduct, PracticeOrder, PracticeOutcome, Side
from runtime.practice.scenario import RATE, Scenario, load_scenario
from runtime.practice.sip_agent import SipAgent, start_sip

_SETTLE_SECONDS = 0.3  # from the operator's pick-up until both sides stand in one bridge
_LOOK_SECONDS = 0.02
_GOODBYE_SECONDS = 5.0
_LATE_WORDS_SECONDS = 5.0  # a busy machine lets the phones speak slower; their last words are waited for

Tell = Callable[[Moment], None]


class Conversation:
    """One practice call between two phones of this process."""

    def __init__(self, order: PracticeOrder, caller: SipAgent, operator: SipAgent | None, tell: Tell) -> None:
        self._order = order
        self._caller = caller
        self._operator = operator
        self._tell_outside = tell
        self._scenario: Scenario = load_scenario(order.scenario).first(order.seconds)
        self._begun = time.monotonic()
        self._at: dict[Moment, float] = {}
        self._refused_with: int | None = None
        self._talked_from = 0.0
        self._hung_up_by = "hall"
        self._operator_connected = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def hold(self) -> PracticeOutcome:
        """Hold the whole call and say what came of it."""
        if self._operator is not None:
            self._operator.on_ring(self._on_ring)
        self._begun = time.monotonic()
        self._tell(Moment.DIALLING)
        order = self._order
        call = await self._caller.dial(f"sip:{order.number}@{order.address}:{order.port}")
        try:
            await call.wait_established(order.connect_within)
        except CallFailed as refused:
            self._refused_with = refused.status
            return await self._end()
        self._tell(Moment.ANSWERED)
        self._caller.start_sound()
        if await self._until(self._operator_connected.is_set, order.connect_within):
            await self._talk()
        return await self._end()

    async def press(self, digits: str) -> None:
        """Let the operator press keys."""
        if self._operator is not None:
            await self._operator.press(digits)

    async def hang_up(self, side: Side) -> None:
        """Let one side hang up."""
        self._hung_up_by = side
        agent = self._caller if side is Side.CALLER else self._operator
        if agent is not None:
            await agent.hang_up()

    def _on_ring(self, call: Call) -> None:
        self._tell(Moment.RINGING)
        task = asyncio.create_task(self._handle_ring(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle_ring(self, call: Call) -> None:
        if self._operator is None or self._order.conduct is OperatorConduct.IGNORE:
            return
        if self._order.conduct is OperatorConduct.REJECT:
            await call.reject()
            return
        await asyncio.sleep(self._order.answer_after)
        if call.state is CallState.CLOSED:
            return
        await self._operator.answer(call)
        await call.wait_established()
        self._operator.start_sound()
        self._operator_connected.set()

    async def _talk(self) -> None:
        if self._operator is None:
            return
        await asyncio.sleep(_SETTLE_SECONDS)
        # One moment for both tracks: who answers whom must survive the telephone network.
        self._caller.say(self._scenario.caller)
        self._operator.say(self._scenario.operator)
        self._talked_from = time.monotonic()
        self._tell(Moment.TALKING)
        if self._order.digits:
            await asyncio.sleep(self._order.digits_after)
            await self._operator.press(self._order.digits)
        await self._until(lambda: False, self._scenario.seconds - (time.monotonic() - self._talked_from))
        await self._until(self._have_spoken, _LATE_WORDS_SECONDS)
        if not self._over():
            self._tell(Moment.SPOKEN)
            await self.hang_up(self._order.hangs_up)

    def _have_spoken(self) -> bool:
        return all(one is None or one.unspoken_seconds == 0.0 for one in (self._caller, self._operator))

    async def _until(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Wait for something, for so long, or until the call is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._over():
            if happened():
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    def _over(self) -> bool:
        if self._caller.closed.is_set():
            return True
        return self._operator is not None and self._operator.closed.is_set()

    async def _end(self) -> PracticeOutcome:
        agents = [self._caller, *([self._operator] if self._operator is not None else [])]
        ended = time.monotonic()
        if not self._caller.closed.is_set() and not self._over():
            # Nobody connected us: whatever is being said (an apology) is heard to its end.
            await self._wait_closed(self._caller, self._order.connect_within)
            ended = time.monotonic()
        for agent in agents:
            if agent.call is not None:
                await self._wait_closed(agent, _GOODBYE_SECONDS)
                await agent.hang_up()
            await agent.stop_sound()
        self._tell(Moment.ENDED)
        talked = ended - self._talked_from if self._talked_from else 0.0
        return PracticeOutcome(
            connected=self._operator_connected.is_set(),
            answered_after=self._at.get(Moment.ANSWERED),
            rang_after=self._at.get(Moment.RINGING),
            talking_after=self._at.get(Moment.TALKING),
            ended_after=ended - self._begun,
            talked=talked,
            hung_up_by=self._hung_up_by,
            refused_with=self._refused_with,
            caller_digits="".join(self._caller.digits),
            caller_heard=self._keep(self._caller, "caller"),
            operator_heard=self._keep(self._operator, "operator"),
        )

    async def _wait_closed(self, agent: SipAgent, seconds: float) -> None:
        try:
            await asyncio.wait_for(agent.closed.wait(), seconds)
        except TimeoutError:
            return

    def _keep(self, agent: SipAgent | None, name: str) -> str | None:
        if self._order.heard is None or agent is None or agent.call is None:
            return None
        file = Path(self._order.heard) / f"{name}-heard.wav"
        soundfile.write(file, agent.heard(), RATE, subtype="PCM_16")
        return str(file)

    def _tell(self, moment: Moment) -> None:
        self._at[moment] = time.monotonic() - self._begun
        self._tell_outside(moment)


async def prepare(order: PracticeOrder, tell: Tell) -> tuple[Conversation, Runtime]:
    """Start the SIP stack and both phones; returns the conversation, and the stack to be closed after it."""
    runtime = await start_sip(order.address if order.address.startswith("127.") else None)
    server = f"{order.address}:{order.port}"
    operator = None
    if order.conduct is not OperatorConduct.AWAY:
        operator = await SipAgent.create(
            runtime, order.operator, order.operator_password, server, register=True
        )
    caller = await SipAgent.create(runtime, order.caller, order.caller_password, server, register=False)
    return Conversation(order, caller, operator, tell), runtime
