"""Quotes as pages and paper show them: the words, where they were said, and who stands for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.wording import full_time
from core.ids import AccountId, CallId
from incidents.quotes.speaker import OnHall, in_words, who_spoke
from transcription.quotes import Quote
from transcription.utterance import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSeen:
    """One quote, ready to be shown."""

    quote: Quote
    speaker: str
    own: bool
    purpose: str
    call: CallId
    arrived_at: datetime
    practice: bool

    @property
    def seconds(self) -> str:
        """Where its sound lies, like 00:32.400〜00:35.900."""
        return f"{_place(self.quote.start_ms)}〜{_place(self.quote.end_ms)}"

    @property
    def state(self) -> str:
        """Who heard it, or that nobody did yet."""
        if self.quote.confirmed_at is None:
            return "未確認（引用した人がまだ聞いていません）"
        return f"{self.quote.name or '名前なし'}が{full_time(self.quote.confirmed_at)}に聞いて確認"

    @property
    def _where(self) -> str:
        if self.quote.track is Track.ROOM:
            return "録音機のファイル"
        return "練習の通話" if self.practice else "通話"

    @property
    def _began(self) -> str:
        return "録音（申告による）" if self.quote.track is Track.ROOM else "着信"

    @property
    def paper(self) -> str:
        """The whole of it as text, for paper and other programs: never the words alone."""
        quote = self.quote
        return "\n".join((
            f"「{quote.text}」",
            f"{self._where} {self.call}（{full_time(self.arrived_at)} {self._began}）",
            f"話した側 {self.speaker}　録音の位置 {self.seconds}（分:秒）",
            f"文字起こし 第{quote.revision_number}版　目的 {self.purpose}",
            f"引用 {quote.name or '名前なし'}（{full_time(quote.made_at)}）",
            f"確認 {self.state}",
            f"音声の照合値（SHA-256） {quote.samples_sha256.hex()}",
        ))  # fmt: skip


def quote_seen(  # noqa: PLR0913  each is one fact of where the words were said
    quote: Quote,
    *,
    account: AccountId,
    purpose: str,
    call: CallId,
    arrived_at: datetime,
    practice: bool,
    connected_after: float | None,
    there: tuple[OnHall, ...] = (),
) -> QuoteSeen:
    """Prepare a quote for the eyes of one person; ``purpose`` is what the city calls its purpose.

    ``there``: who was on the hall's track, and when; whoever cannot be told from another is not named.
    """
    spoke = who_spoke(quote.track, quote.start_ms / 1000, quote.end_ms / 1000, there, connected_after)
    return QuoteSeen(
        quote=quote, speaker=in_words(spoke, quote.track), own=quote.by == account, purpose=purpose,
        call=call, arrived_at=arrived_at, practice=practice,
    )  # fmt: skip


def _place(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
