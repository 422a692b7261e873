"""Text of a profile to plain values, remembering the line of each. The only file that knows the YAML library.

Only what a profile needs is read: mappings, lists, words, whole numbers, true and false. Anchors, tags and
several documents are faults, so no file can run code, repeat itself a billion times or mean two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from core.profile.faults import Fault, Finding, Place, ProfileFaults

Value = Any
"""What stands in a file: dict, list, str, int, bool or None. Nothing is known of it yet."""

DEEPEST = 12
"""Levels of nesting; a profile needs five."""

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value")
)
_SYNTAX = (
    (
        "block end",
        "行の初めの空白の数（字下げ）がそろっていません。",
        "同じまとまりの項目は、行の初めの空白の数を同じにしてください。",
    ),
    (
        "mapping values are not allowed",
        "「:」の位置か、行の初めの空白の数が正しくありません。",
        "「項目名: 値」の形で、1行に1つ書いてください。",
    ),
    (
        "could not find expected ':'",
        "項目名のあとに「:」がありません。",
        "「項目名: 値」の形で書いてください（「:」のあとに半角の空白）。",
    ),
    (
        "expected ',' or",
        "かっこ [ ] や { } が閉じていないか、「,」が抜けています。",
        "閉じるかっこと「,」を確かめてください。",
    ),
    (
        "end of stream",
        "引用符かかっこが閉じないままファイルが終わっています。",
        "閉じる記号を確かめてください。",
    ),
    (
        "found another document",
        "「---」で区切られた2つ目の文書があります。",
        "設定ファイルは1つの文書で書いてください（「---」を消す）。",
    ),
    ("undefined alias", "「*」で始まる値は使えません。", '値を引用符で囲んでください。例: "*1"'),
    ("alias", "「*」で始まる値は使えません。", '値を引用符で囲んでください。例: "*1"'),
    ("cannot start any token", "この位置に使えない記号があります。", '値を引用符 " " で囲んでください。'),
    (
        "escape",
        '引用符 " " の中の「\\」の使い方が正しくありません。',
        "「\\」を消すか「\\\\」と書いてください。",
    ),
)


@dataclass(slots=True)
class Tree:
    """A profile as it was written: plain values, where each stands, and what was wrong with the writing."""

    value: Value = None
    lines: dict[Place, int] = field(default_factory=dict)
    raw_numbers: dict[Place, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line_of(self, place: Place) -> int:
        """Return the line of a place, or of the nearest part around it. Lines count from 1."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1


def read_tree(text: str) -> Tree:
    """Read YAML text.

    Raises:
        ProfileFaults: the text is no YAML; nothing after the first such place can be understood.
    """
    tree = Tree()
    node = _compose(text)
    if node is not None:
        tree.value = _plain(node, (), tree, set())
    return tree


def _compose(text: str) -> Node | None:
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        line = (mark.line if mark is not None else 0) + 1
        reason, instead = _explain(str(failure.problem or ""))
    except ReaderError as failure:
        line = text.count("\n", 0, int(failure.position)) + 1
        reason, instead = "目に見えない特別な文字が入っています。", "その行を打ち直してください。"
    except RecursionError:
        line, (reason, instead) = 1, _TOO_DEEP
    except (YAMLError, ValueError, AttributeError, TypeError, LookupError, AssertionError):
        # The library's own slips on hostile text; a person sees the same as for any other unreadable text.
        line, (reason, instead) = 1, _explain("")
    raise ProfileFaults([Fault(line=line, where="書き方", reason=reason, instead=instead)])


_TOO_DEEP = ("かっこや字下げの重なりが深すぎます。", "見本 profiles/sakura.yaml の形に合わせてください。")


def _explain(problem: str) -> tuple[str, str]:
    for words, reason, instead in _SYNTAX:
        if words in problem:
            return reason, f"{instead}（直すと、続きを確かめます）"
    return (
        "YAML の書き方として読めません。",
        "この行とその前の行を、見本 profiles/sakura.yaml と見比べてください。（直すと、続きを確かめます）",
    )


def _plain(node: Node, place: Place, tree: Tree, seen: set[int]) -> Value:
    tree.lines.setdefault(place, node.start_mark.line + 1)
    if node.anchor is not None or id(node) in seen:
        tree.findings.append(
            Finding(
                place=place,
                reason="「&」と「*」を使った書き方（使い回し）は使えません。",
                instead="同じ内容でも、その場所に書いてください。",
            )
        )
        if id(node) in seen:
            return None
    seen.add(id(node))
    if str(node.tag) not in _PLAIN_TAGS:
        tree.findings.append(
            Finding(
                place=place,
                reason="「!」で始まる書き方は使えません。",
                instead='「!」を消すか、値全体を引用符 " " で囲んでください。',
            )
        )
        return None
    if len(place) > DEEPEST:
        tree.findings.append(Finding(place=place, reason=_TOO_DEEP[0], instead=_TOO_DEEP[1]))
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, place, tree, seen)
    if isinstance(node, SequenceNode):
        return [_plain(one, (*place, index), tree, seen) for index, one in enumerate(node.value)]
    return _scalar(node, place, tree) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode, place: Place, tree: Tree, seen: set[int]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key = _key(key_node, place, tree)
        if key is None:
            continue
        here = (*place, key)
        line = key_node.start_mark.line + 1
        if key in found:
            first = tree.lines[here]
            # Told at the second place: a person who added a line looks for it there.
            again = (*place, f"{key}（2回目）")
            tree.lines[again] = line
            tree.findings.append(
                Finding(
                    place=again,
                    reason=f"同じ項目「{key}」が2回書かれています（1回目は{first}行目）。",
                    instead="どちらか一方を消してください。",
                )
            )
            continue
        tree.lines[here] = line
        found[key] = _plain(value_node, here, tree, seen)
    return found


def _key(node: Node, place: Place, tree: Tree) -> str | None:
    if isinstance(node, ScalarNode) and str(node.value).strip():
        return _speakable(str(node.value))
    odd = (*place, "（項目名）")
    tree.lines[odd] = node.start_mark.line + 1
    tree.findings.append(
        Finding(place=odd, reason="項目名がありません。", instead="「項目名: 値」の形で書いてください。")
    )
    return None


def _scalar(node: ScalarNode, place: Place, tree: Tree) -> Value:
    text = str(node.value)
    if node.style is None:
        if text in {"", "~", "null", "Null", "NULL"}:
            return None
        if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if _WHOLE_NUMBER.fullmatch(text):
            tree.raw_numbers[place] = text
            return int(text)
    return _speakable(text)


def _speakable(text: str) -> str:
    """Replace halves of characters, which could be neither shown nor stored."""
    return text.encode("utf-8", "replace").decode("utf-8")
