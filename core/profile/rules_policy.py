"""Rules about types, acts and policies: articles without penalties, mentions that lead somewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.profile.draft import Draft, twice
from core.profile.faults import Finding, Place
from core.profile.policy import OWN_POLICY, Policy, written_alike

_PENALTIES = ("懲役", "禁錮", "拘禁刑", "罰金", "科料", "拘留", "死刑", "年以下", "円以下")
_LISTS = ("harassment_types", "harassment_acts")


def statutes_are_articles(draft: Draft) -> Iterator[Finding]:
    """A statute is told by its article. Penalties change with the law, and a record needs none."""
    for name in _LISTS:
        for one in draft.all(name):
            for place, statute in one.texts("statutes"):
                if any(word in statute for word in _PENALTIES):
                    yield Finding(
                        place=place,
                        reason=f"「{statute}」に刑の重さが書かれています。刑は法律の改正で変わります。",
                        instead="法律の名前と条だけを書いてください。例: 刑法231条",
                    )
                elif not any(word in statute for word in ("条", "法")):
                    yield Finding(
                        place=place,
                        reason=f"「{statute}」は、法律の条文の名前になっていません。",
                        instead="法律の名前と条を書いてください。例: 刑法231条",
                    )


def policy_is_known(draft: Draft, policies: Sequence[Policy]) -> Iterator[Finding]:
    """The policy that a profile names lies in a file, and the profile has no types of its own beside it."""
    named = draft.top.values.get("policy")
    if not isinstance(named, str):
        return
    if named not in {one.id for one in policies}:
        yield Finding(
            place=("policy",),
            reason=f"要領「{named}」のファイルがありません（policies/{named}.yaml）。",
            instead=f"次のどれかを書いてください: {'、'.join(one.id for one in policies)}",
        )
    for key in _LISTS:
        if key in draft.top.values:
            yield Finding(
                place=(key,),
                reason=f"policy と {key} の両方が書かれています。",
                instead=f"要領のファイルを使うなら {key} を、市で一覧を書くなら policy を消してください。",
            )


def codes_are_unique(draft: Draft) -> Iterator[Finding]:
    """Within one policy a code is a type or an act: others name it by the code alone."""
    named = [(place, code) for name in _LISTS for place, code in draft.ids(name).items()]
    types = set(draft.ids(_LISTS[0]).values())
    for place, code in twice(named):
        if place[0] == _LISTS[1] and code in types:
            yield Finding(
                place=place,
                reason=f"記号「{code}」は型でも使われています。",
                instead="型と行為類型に、別の記号を付けてください。",
            )


def name_is_the_files(draft: Draft, name: str) -> Iterator[Finding]:
    """A profile names the file, so file and policy bear one name."""
    written = draft.top.text("id")
    if name == OWN_POLICY:
        yield Finding(
            place=("id",),
            reason=f"「{OWN_POLICY}」という名前は、設定ファイルに書いた一覧のものです。",
            instead="ファイルと id に、別の名前を付けてください。",
        )
    elif written and written != name:
        yield Finding(
            place=("id",),
            reason=f"ファイルの名前（{name}.yaml）と id「{written}」が違います。",
            instead=f"id: {name} と書くか、ファイルの名前を {written}.yaml にしてください。",
        )


def mentions_are_known(
    draft: Draft, policies: Sequence[Policy], own: str | None = None, place: Place | None = None
) -> Iterator[Finding]:
    """What is alike stands in another policy.

    Args:
        draft: with types and acts
        policies: all that are known
        own: the policy that the draft is; None: a profile
        place: where findings are told; None: where they stand
    """
    if own is None and draft.top.values.get("policy") is not None:
        return  # its lists were taken from a file, which has been looked at
    codes = {one.id: {entry.code for entry in one.entries} for one in policies}
    where = f"policies/{own}.yaml: " if own else ""
    for name in _LISTS:
        for one in draft.all(name):
            for at, mention in one.texts("alike"):
                policy, code = written_alike(mention)
                if policy == own or code not in codes.get(policy, set()):
                    yield Finding(
                        place=place or at,
                        reason=f"{where}{one.text('code')} の alike「{mention}」が、ほかの要領にありません。",
                        instead=f"「要領/記号」と書いてください。例: taito/V2b（要領: {'、'.join(codes)}）",
                    )


RULES = (statutes_are_articles,)
