"""Draws docs/access.md from the stated rights: every role, every kind of thing, every address, every table.

    python -m tools.access > docs/access.md

A test draws again and compares, so the page cannot grow stale.
"""

from __future__ import annotations

from collections.abc import Iterator

from api.doors import DOORS, Unsigned
from api.keyed_doors import Keyed
from api.wording import ROLE_NAMES
from core.actors import Role
from core.rights import RULES, Condition, Matter, Reason, Rule
from storage.access_tables import TABLES, Kept

_OPENING = """# Who may see and do what

Drawn by `python -m tools.access` from the rights as the program holds them: `core/rights.py` (who, what, of
which, for what reason), `api/doors.py` (addresses) and `storage/access_tables.py` (tables). What stands
nowhere here is refused: the default is to see nothing. A test walks every address and every table of the
database with every role and with nobody, and compares.

Roles add up; most people hold one. A right in a department includes the departments below it (`under` in the
[city profile](city-profile.md)), never those of another 実施機関. Enforced twice: by the console, and by
PostgreSQL's row-level security under a role that owns no table; why so:
[decision 0039](decisions/0039-rights-as-data.md). Rights that end by themselves, or are narrower than a
department (委託・代理・緊急閲覧・閲覧制限), come on top:
[decision 0040](decisions/0040-rights-that-end.md). Why an operator has of their own call the moments around
their marks and no more: [decision 0044](decisions/0044-around-the-marks-alone.md).

"""

_MATTERS: dict[Matter, str] = {
    Matter.OWN_ACCOUNT: "one's own sign-in, sessions and kept searches (自分のログイン)",
    Matter.OWN_TRACES: "one's own lines of the access log, own seats, own watches (自分の記録)",
    Matter.CALLS: "facts of calls and what stands beside them: notes, marks, promises (通話の事実)",
    Matter.NUMBER: "the caller's number in clear (相手の番号)",
    Matter.CALLER: "how often a call's number calls the same 実施機関, as counts (番号ごとの数)",
    Matter.CONTENT: "sound and words of recordings (録音と文字起こし)",
    Matter.WORDS: "searching, confirming, correcting and quoting words (言葉の検索・確認・訂正・引用)",
    Matter.PLAYS: "what one played of single words (言葉ごとの再生)",
    Matter.AROUND_MARKS: "sound and words around the marks of a call, until its record is filed (印の前後)",
    Matter.LIVE_TEXT: "words of calls that go on (速報の文字起こし)",
    Matter.LIVE_STATE: "whether such words are being made (速報の状況)",
    Matter.OPENING: "opening a call whose announcement is not proven (未告知の利用許可)",
    Matter.SUPERVISION: "listening, whispering, joining, taking over; help (モニター・応援・交代)",
    Matter.INCIDENTS: "cases, who judges them, what was thought and decided (事案)",
    Matter.IMPORTS: "recorders' files: what was told of them, handing them over (録音機のファイル)",
    Matter.ENDING: "warning and ending (警告と対応の中止)",
    Matter.SIGNALS: "where rules found something to look at, and who looked (兆候)",
    Matter.SEATS: "who sat at which telephone (着席の記録)",
    Matter.VISITS: "visits outside the hall: who is where, when heard of (訪問)",
    Matter.ALARMS: "alarms (警報)",
    Matter.DOUBTS: "calls that were not recorded (録れていない電話)",
    Matter.DESTROYING: "holding and approving destruction (保全と廃棄の承認)",
    Matter.DESTROYED: "certificates of destruction (廃棄の証明)",
    Matter.COUNTS: "counts of calls on lines that are never recorded (録音しない窓口の件数)",
    Matter.FIGURES: "counts and waiting times of many calls, small counts merged (統計)",
    Matter.ACCURACY: "how right the words are (文字起こしの確かさ)",
    Matter.DISASTER: "the disaster switch (災害時の切り替え)",
    Matter.DISASTER_STATE: "whether it is on (災害時かどうか)",
    Matter.REQUESTS: "looking for facts under a request, accepting recordings for it (請求と事実の検索)",
    Matter.REQUEST_NUMBERS: "the numbers of requests (請求の番号)",
    Matter.LOG: "the access log of recordings and calls (閲覧記録・聴取台帳)",
    Matter.AUDIT: "the whole access log as a page (閲覧記録の全体)",
    Matter.DEPUTIES: "who stands in for whom (代理)",
    Matter.URGENT: "urgent openings (緊急閲覧)",
    Matter.GROUPS: "who is in a group, and which calls are kept to it (閲覧制限のグループ)",
    Matter.RESTRICTING: "keeping calls to a group, and opening them up again (閲覧制限)",
    Matter.ALERTS: "asking other departments for something when a number calls (庁内警報)",
    Matter.ALERTS_SHOWN: "what other departments ask for of a call at one's desk (庁内警報の表示)",
    Matter.PROVISIONS: "what another 実施機関 was told, and on which ground (提供台帳)",
    Matter.ACCOUNTS: "accounts of staff (利用者)",
    Matter.WEBHOOKS: "receivers of events, and whether they were told (Webhook)",
    Matter.TOKENS: "keys of programs (プログラムの鍵)",
    Matter.CARE: "the own rest, and whom one is named to look after (休みと声かけ)",
}
_CONDITIONS: dict[Condition, str] = {
    Condition.OWN: "one's own",
    Condition.OWN_CALL: "calls one took, of the own departments",
    Condition.OWN_PRACTICE: "practice calls one took, of the own departments",
    Condition.AT_DESK: "calls that ring or go on where one sits",
    Condition.READ_ALONG: "calls one reads along and may",
    Condition.OWN_DEPARTMENT: "of the own departments",
    Condition.ACCEPTED: "accepted for an open request of the own office",
    Condition.IN_GROUP: "of groups one is in",
    Condition.CALLED: "cases one is called to judge",
    Condition.NOTICES: "notices of urgent openings alone",
    Condition.WHOLE_HALL: "the whole hall",
    Condition.COUNTED: "counts and codes alone",
}
_REASONS: dict[Reason, str] = {
    Reason.NONE: "–",
    Reason.KNOCK: "none; it stands in the access log",
    Reason.PURPOSE: "a purpose of the city's list, logged (閲覧の目的)",
    Reason.REQUEST: "the number of a request, logged (請求の番号)",
    Reason.WRITTEN: "a reason in own words, kept (理由)",
}
_KEPT = {
    Kept.SHUT: "nobody by role: for our own processes alone",
    Kept.BEFORE: "read by the console before it knows who acts; pages show what the rights above give",
}
_UNSIGNED = {
    Unsigned.ANYBODY: "anybody: the way in, and what a watch over the service asks",
    Unsigned.PROGRAM: "programs with a token (プログラムの鍵), within its scopes and departments",
}


def page() -> str:
    """Return the whole page as Markdown."""
    return _OPENING + "\n".join((*_roles(), *_matters(), *_addresses(), *_tables())) + "\n"


def _roles() -> Iterator[str]:
    for role in Role:
        yield f"## {role.value} {ROLE_NAMES[role]}\n"
        yield "| may see or do | of which | reason that is asked |"
        yield "|---|---|---|"
        for rule in (one for one in RULES if one.role is role):
            yield f"| {_MATTERS[rule.matter]} | {_CONDITIONS[rule.condition]} | {_REASONS[rule.reason]} |"
        none = [_MATTERS[one] for one in Matter if not any(rule.matter is one for rule in _held(role))]
        yield f"\nNothing of: {'; '.join(none)}.\n"


def _held(role: Role) -> list[Rule]:
    return [rule for rule in RULES if rule.role is role]


def _matters() -> Iterator[str]:
    yield "## At a glance\n"
    yield "| | " + " | ".join(ROLE_NAMES[role] for role in Role) + " |"
    yield "|---" * (len(Role) + 1) + "|"
    for matter in Matter:
        cells = [
            "<br>".join(_CONDITIONS[rule.condition] for rule in _held(role) if rule.matter is matter) or "–"
            for role in Role
        ]
        yield f"| {_MATTERS[matter]} | {' | '.join(cells)} |"
    yield ""


def _addresses() -> Iterator[str]:
    yield "## Addresses\n"
    yield "| address | asks for a right to | opens to |"
    yield "|---|---|---|"
    for address, door in sorted(DOORS.items(), key=lambda one: one[0].split(" ")[::-1]):
        if isinstance(door, Unsigned):
            yield f"| `{address}` | – | {_UNSIGNED[door]} |"
            continue
        matter, key = (door, "")
        if isinstance(door, Keyed):
            matter, key = door.matter, f", by an own key (自分の鍵) that reaches `{door.reaches.value}`"
        roles = [ROLE_NAMES[role] for role in Role if any(rule.matter is matter for rule in _held(role))]
        yield f"| `{address}` | {matter.value} | {'・'.join(roles)}{key} |"
    yield ""


def _tables() -> Iterator[str]:
    yield "## Tables\n"
    yield "Which rows of a kind of thing somebody sees is the condition; of `access_knocks` most people see"
    yield "their own lines alone. Tables of the job engine are shut.\n"
    yield "| table | what it holds | seen by |"
    yield "|---|---|---|"
    for table, rows in sorted(TABLES.items()):
        if isinstance(rows, Kept):
            yield f"| `{table}` | – | {_KEPT[rows]} |"
            continue
        seen = [
            f"{ROLE_NAMES[role]} ({', '.join(dict.fromkeys(_CONDITIONS[one.condition] for one in held))})"
            for role in Role
            if (held := [rule for rule in _held(role) if rule.matter in rows])
        ]
        yield f"| `{table}` | {', '.join(one.value for one in rows)} | {'; '.join(seen)} |"


if __name__ == "__main__":
    print(page(), end="")
