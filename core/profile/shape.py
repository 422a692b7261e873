"""Whether each part of a profile has the right keys with the right kinds of values, said in Japanese.

Pydantic finds the faults; its words are for programmers, so each kind is told here in the words of the person
who writes the file, with an example taken from the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import EnumType
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from core.profile.faults import Finding, Place
from core.profile.model import AskingAction, CityProfile, Part

_SECRETS = ("password", "passwd", "secret", "token", "暗証", "パスワード")
_COUNTS = ("calls", "count", "times", "回数", "repeat")
_KINDS = {
    "string": "文字",
    "int": "数",
    "bool": "true か false",
    "tuple": "一覧（[ ] または「- 」）",
    "model": "「項目名: 値」の組",
}


def shape_findings(
    value: object, raw_numbers: Mapping[Place, str], top: type[Part] = CityProfile
) -> list[Finding]:
    """Return everything that is wrong with keys and kinds of values.

    ``raw_numbers`` holds unquoted numbers as they were typed, to be shown with quotes around them; ``top`` is
    what the whole file is.
    """
    try:
        top.model_validate(value)
    except ValidationError as failure:
        found = failure.errors(include_url=False, include_context=True, include_input=True)
        return [
            _tell(cast("dict[str, Any]", one), raw_numbers, top)
            for one in found
            # A list whose only items are malformed also counts as empty; its items have been told already.
            if one["type"] != "too_short" or not one["input"]
        ]
    return []


def known_keys(model: type[Part] | None) -> set[str]:
    """Return the keys a part may have."""
    return set(model.model_fields) if model else set()


def child_model(model: type[Part] | None, key: str) -> type[Part] | None:
    """Return the kind of part that stands under a key, by itself or in a list."""
    field = model.model_fields.get(key) if model else None
    return next(_kinds_in(field.annotation), None) if field else None


def _kinds_in(annotation: object) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _kinds_in(inner)


def _tell(error: dict[str, Any], raw_numbers: Mapping[Place, str], top: type[Part]) -> Finding:
    place = cast("Place", error["loc"])
    model, field = _at(place, top)
    name = str(next((step for step in reversed(place) if isinstance(step, str)), ""))
    example = _example(name, field)
    kind = str(error["type"])
    context = cast("dict[str, Any]", error.get("ctx") or {})
    if kind == "missing":
        reason, instead = f"「{name}」がありません。", example
    elif kind == "extra_forbidden":
        reason, instead = _unknown(name, model)
    elif kind == "enum":
        reason, instead = _choice(error["input"], field)
    elif kind in {"greater_than_equal", "less_than_equal"}:
        least_most = f"{context['ge']}以上" if "ge" in context else f"{context['le']}以下"
        reason, instead = f"{error['input']} は使えません。", f"{least_most}の数を書いてください。{example}"
    elif kind == "too_short":
        reason, instead = "1つ以上必要です。", example or f"{name} に1つ以上書いてください。"
    elif place in raw_numbers and kind == "string_type":
        reason = "数字の並びは、引用符で囲みます（囲まないと、先頭の 0 などが失われます）。"
        instead = f'"{raw_numbers[place]}" と書いてください。'
    elif error["input"] is None and place:
        reason, instead = f"「{name}」の値が書かれていません。", example or "値を書いてください。"
    else:
        wanted = next((words for start, words in _KINDS.items() if kind.startswith(start)), "決まった形の値")
        reason = f"値の種類が違います。ここには{wanted}を書きます。"
        instead = example or f"見本 profiles/sakura.yaml の「{name or 'city'}」を見てください。"
    return Finding(place=place, reason=reason, instead=instead)


def _at(place: Place, top: type[Part]) -> tuple[type[Part] | None, FieldInfo | None]:
    """Return the part that the last key of a place belongs to, and that key's field."""
    model: type[Part] | None = top
    inside: type[Part] | None = top
    field: FieldInfo | None = None
    for step in place:
        if isinstance(step, str):
            model = inside
            field = model.model_fields.get(step) if model else None
            inside = child_model(model, step)
    return model, field


def _example(name: str, field: FieldInfo | None) -> str:
    if field is None or not field.examples:
        return "見本 profiles/sakura.yaml を見て書いてください。" if field else ""
    return f"例: {name}: {field.examples[0]}"


def _unknown(name: str, model: type[Part] | None) -> tuple[str, str]:
    lowered = name.lower()
    if any(word in lowered for word in _SECRETS):
        return (
            f"「{name}」は書けません。パスワードなどの秘密は、設定ファイルに置きません。",
            "この行を消してください。電話機の暗証は、起動のときに自動で作られます。",
        )
    keys = sorted(known_keys(model))
    close = get_close_matches(lowered.replace("-", "_"), keys, n=1, cutoff=0.6)
    if close:
        return f"「{name}」という項目はありません。", f"「{close[0]}」ではありませんか。"
    if any(word in lowered for word in _COUNTS):
        return (
            f"「{name}」という項目はありません。回数の目安を定めた要領はなく、回数だけで判断することもできません。",
            "この行を消してください。繰り返しかどうかは、人が内容から判断します。",
        )
    return (
        f"「{name}」という項目はありません。",
        f"この行を消すか、次のどれかにしてください: {'、'.join(keys)}",
    )


def _choice(given: object, field: FieldInfo | None) -> tuple[str, str]:
    choices = next((one for one in _parts_of(field) if isinstance(one, EnumType)), None)
    values = "、".join(str(one.value) for one in cast("Any", choices)) if choices else ""
    if choices is AskingAction:
        return (
            f"「{given}」は使えません。目安の時間は、職員に判断をお願いするだけで、通話を切る・断るなどの動作はしません。",
            f"次のどれかを書いてください: {values}",
        )
    return f"「{given}」は使えません。", f"次のどれかを書いてください: {values}"


def _parts_of(field: FieldInfo | None) -> tuple[object, ...]:
    return (field.annotation, *get_args(field.annotation)) if field else ()
