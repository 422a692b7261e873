"""Articles on which notices rest: read from ``articles.yaml``, each with its version and source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from core.profile.disclosure import RequestKind
from disclosure.notices.kinds import NoticeKind
from disclosure.request_events import RequestEvent, ThirdPersonAsked

_FILE = Path(__file__).with_name("articles.yaml")


class Article(BaseModel):
    """An article whose words somebody has read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notices: tuple[NoticeKind, ...]
    kinds: tuple[RequestKind, ...]
    article: str
    says: str
    version: str
    source: str
    must: bool | None = None
    """Of an opinion: whether this is the article under which it has to be asked for."""


@dataclass(frozen=True, slots=True)
class Articles:
    """All of them."""

    all: tuple[Article, ...]

    def of(self, notice: NoticeKind, kind: RequestKind, event: RequestEvent) -> Article | None:
        """Return the article a notice rests on; None: nobody has read one, a person has to name it."""
        must = event.must if isinstance(event, ThirdPersonAsked) else None
        return next(
            (
                one
                for one in self.all
                if notice in one.notices and kind in one.kinds and one.must in {None, must}
            ),
            None,
        )


@lru_cache(maxsize=1)
def articles() -> Articles:
    """Return the articles that come with the program."""
    read = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return Articles(tuple(TypeAdapter(list[Article]).validate_python(read)))
