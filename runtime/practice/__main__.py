"""The process of one practice call. Standard input: the order, then commands; standard output: what happens.

It is a process of its own so that a crash of the native SIP stack costs nothing but this one call, and the
passwords come by standard input because everybody on the machine can read a command line.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import NoReturn

from baresip.errors import BaresipError

from runtime.practice.conversation import Conversation, prepare
from runtime.practice.order import Moment, PracticeOrder, Side


def say(**fields: str) -> None:
    """Write one line to whoever started us."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


async def obey(conversation: Conversation, commands: asyncio.StreamReader) -> None:
    """Do what comes by standard input while the call runs: ``hang-up caller``, ``press *1``."""
    while line := (await commands.readline()).decode().split():
        match line:
            case ["hang-up", side]:
                await conversation.hang_up(Side(side))
            case ["press", digits]:
                await conversation.press(digits)
            case _:
                say(error="unknown-command")


async def main() -> NoReturn:
    """Hold one practice call, then end at once: the native stack hangs in the interpreter's tidying up."""
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    order = PracticeOrder.from_json((await commands.readline()).decode())

    def tell(moment: Moment) -> None:
        say(moment=moment)

    try:
        conversation, runtime = await prepare(order, tell)
        obeying = asyncio.create_task(obey(conversation, commands))
        outcome = await conversation.hold()
        obeying.cancel()
        say(outcome=outcome.to_json())
        await runtime.close()
    except BaresipError as failed:
        # The text of the library may hold an address or a password; its kind is enough.
        say(error=type(failed).__name__)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
