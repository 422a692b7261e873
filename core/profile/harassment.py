"""Types of harassment and kinds of conduct, in the words of the policy that the city works by."""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part

_ALIKE = "what comes near it in other policies; ours, said by no policy"


class HarassmentType(Part):
    """A type of the city's policy, with the words of its source."""

    code: str = Field(examples=["T1"])
    name: str = Field(examples=["暴言型"])
    definition: str = Field(examples=["大声をあげる行為、侮辱的発言、人格や名誉を棄損する発言"])
    criteria: tuple[str, ...] = Field(default=(), examples=["[職員を侮辱する発言]"])
    statutes: tuple[str, ...] = Field(
        default=(), description="articles named by the source, without penalties", examples=["[刑法231条]"]
    )
    by_phone: bool = Field(default=True, strict=True, examples=["true"])
    alike: tuple[str, ...] = Field(default=(), description=_ALIKE, examples=["[taito/V2b]"])
    source: str = Field(examples=["品川区 対応要領 第7章 TYPE1"])


class HarassmentAct(Part):
    """A kind of conduct the policy names (行為類型), and the types it is usually handled under."""

    code: str = Field(examples=["A9"])
    name: str = Field(examples=["職員へ差別的な言動を取る"])
    group: str = Field(examples=["手段・態様が違法または社会通念上不相当"])
    types: tuple[str, ...] = Field(default=(), examples=["[T1]"])
    statutes: tuple[str, ...] = Field(default=(), examples=["[刑法230条, 刑法231条]"])
    alike: tuple[str, ...] = Field(default=(), description=_ALIKE, examples=["[taito/V2g]"])
    source: str = Field(examples=["品川区 対応要領 第5章(2)⑦"])
