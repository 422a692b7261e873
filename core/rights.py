"""Who may see and do what, stated once. What no rule grants is refused: the default is to see nothing.

``docs/access.md`` is drawn from these rules. The console asks them at every route (``api/doors.py``), the
vault at every knock (``storage/access_rules.py``); PostgreSQL's row-level security is held to them by a test
that walks every table with every role. Departments include those below them, never another 実施機関.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.actors import Role


class Matter(StrEnum):
    """What there is to see or to do."""

    OWN_ACCOUNT = "own-account"  # 自分のログイン
    OWN_TRACES = "own-traces"  # 自分の閲覧記録と着席
    CALLS = "calls"  # 通話の事実と、電話のそばのメモ・印・約束
    NUMBER = "number"  # 相手の番号
    CALLER = "caller"  # その番号からの電話の数（同じ実施機関の中。番号を知る人だけ）
    CONTENT = "content"  # 録音と文字起こし
    WORDS = "words"  # 言葉の確認・訂正・引用、言葉での検索
    PLAYS = "plays"  # 言葉ごとの再生
    AROUND_MARKS = "around-marks"  # 記録作成のための、印の前後の録音と文字起こし
    LIVE_TEXT = "live-text"  # 速報の文字起こし
    LIVE_STATE = "live-state"  # 速報が作られているか
    OPENING = "opening"  # 未告知の通話の利用許可
    SUPERVISION = "supervision"  # 通話中のモニター・交代・応援
    INCIDENTS = "incidents"  # 事案
    IMPORTS = "imports"  # 録音機のファイル
    ENDING = "ending"  # 警告と対応の中止
    SIGNALS = "signals"  # 兆候
    SEATS = "seats"  # 着席の記録
    VISITS = "visits"  # 訪問
    ALARMS = "alarms"  # 警報
    DOUBTS = "doubts"  # 録れていない電話
    DESTROYING = "destroying"  # 保全と廃棄の承認
    DESTROYED = "destroyed"  # 廃棄の証明と実施
    COUNTS = "counts"  # 件数（録音しない窓口、録れていない電話）
    FIGURES = "figures"  # 統計（多くの通話の数と時間。だれの数字でもない）
    ACCURACY = "accuracy"  # 文字起こしの確かさ
    DISASTER = "disaster"  # 災害時の切り替え
    DISASTER_STATE = "disaster-state"  # 災害時かどうか
    REQUESTS = "requests"  # 請求と、事実の検索
    REQUEST_NUMBERS = "request-numbers"  # 請求の番号
    LOG = "log"  # 閲覧記録（録音と通話について）
    AUDIT = "audit"  # 閲覧記録の全体
    DEPUTIES = "deputies"  # 代理
    URGENT = "urgent"  # 緊急閲覧
    GROUPS = "groups"  # 閲覧制限のグループ
    RESTRICTING = "restricting"  # 閲覧制限を付ける・解く
    ALERTS = "alerts"  # 庁内警報を出す・取り消す
    ALERTS_SHOWN = "alerts-shown"  # 自分の電話に出た庁内警報
    PROVISIONS = "provisions"  # 提供台帳
    ACCOUNTS = "accounts"  # 利用者
    TOKENS = "tokens"  # プログラムの鍵
    WEBHOOKS = "webhooks"  # Webhook の受信先と、知らせたかどうか
    CARE = "care"  # 自分の休みと、自分が名指しされた声かけ


class Condition(StrEnum):
    """Of which things of that kind."""

    OWN = "own"  # what is the person's own
    OWN_CALL = "own-call"  # calls the person took, of the own departments
    OWN_PRACTICE = "own-practice"  # practice calls among them: no citizen speaks there
    AT_DESK = "at-desk"  # calls that ring or go on where the person sits, whosever line
    READ_ALONG = "read-along"  # calls whose words the person reads along, and may
    OWN_DEPARTMENT = "own-department"  # of the own departments and those below them
    ACCEPTED = "accepted"  # accepted for an open request of the own office
    IN_GROUP = "in-group"  # of the groups the person is in
    CALLED = "called"  # cases the person is called to judge, of whichever department
    NOTICES = "notices"  # what tells of an urgent opening, and nothing else
    WHOLE_HALL = "whole-hall"
    COUNTED = "counted"  # as counts and codes alone, of the whole hall


class Reason(StrEnum):
    """What somebody has to say for it first."""

    NONE = "none"
    KNOCK = "knock"  # nothing, but it stands in the access log
    PURPOSE = "purpose"  # a purpose of the list; stands in the access log
    REQUEST = "request"  # the number of a request; stands in the access log
    WRITTEN = "written"  # a reason in own words, kept with what was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One right: somebody in a role may, of a kind of things, under a condition, for a reason."""

    role: Role
    matter: Matter
    condition: Condition
    reason: Reason = Reason.NONE


def _of(role: Role, *rights: tuple[Matter, Condition] | tuple[Matter, Condition, Reason]) -> Iterator[Rule]:
    for matter, condition, *reason in rights:
        yield Rule(role=role, matter=matter, condition=condition, reason=reason[0] if reason else Reason.NONE)


RULES: tuple[Rule, ...] = (
    *(
        rule
        for role in Role
        for rule in _of(
            role,
            (Matter.OWN_ACCOUNT, Condition.OWN),
            (Matter.OWN_TRACES, Condition.OWN),
            (Matter.GROUPS, Condition.IN_GROUP),
            (Matter.CARE, Condition.OWN),
        )
    ),
    *_of(
        Role.OPERATOR,
        (Matter.CALLS, Condition.OWN_DEPARTMENT),
        (Matter.CALLS, Condition.AT_DESK),
        (Matter.NUMBER, Condition.OWN_CALL),
        (Matter.NUMBER, Condition.AT_DESK),
        (Matter.CALLER, Condition.OWN_CALL),
        (Matter.CALLER, Condition.AT_DESK),
        (Matter.CONTENT, Condition.OWN_PRACTICE, Reason.PURPOSE),
        (Matter.WORDS, Condition.OWN_PRACTICE, Reason.PURPOSE),
        (Matter.PLAYS, Condition.OWN_PRACTICE, Reason.PURPOSE),
        (Matter.AROUND_MARKS, Condition.OWN_CALL, Reason.PURPOSE),
        (Matter.LIVE_TEXT, Condition.READ_ALONG, Reason.KNOCK),
        (Matter.LIVE_STATE, Condition.READ_ALONG),
        (Matter.ENDING, Condition.OWN_DEPARTMENT),
        (Matter.INCIDENTS, Condition.OWN),
        (Matter.VISITS, Condition.OWN_DEPARTMENT),
        (Matter.DISASTER_STATE, Condition.WHOLE_HALL),
        (Matter.ALERTS_SHOWN, Condition.AT_DESK),
    ),
    *_of(
        Role.SUPERVISOR,
        (Matter.CALLS, Condition.OWN_DEPARTMENT),
        (Matter.CALLS, Condition.AT_DESK),
        (Matter.NUMBER, Condition.OWN_DEPARTMENT),
        (Matter.CALLER, Condition.OWN_DEPARTMENT),
        (Matter.CONTENT, Condition.OWN_DEPARTMENT, Reason.PURPOSE),
        (Matter.WORDS, Condition.OWN_DEPARTMENT, Reason.PURPOSE),
        (Matter.PLAYS, Condition.OWN, Reason.PURPOSE),
        (Matter.AROUND_MARKS, Condition.OWN_DEPARTMENT, Reason.PURPOSE),
        (Matter.LIVE_TEXT, Condition.READ_ALONG, Reason.KNOCK),
        (Matter.LIVE_STATE, Condition.OWN_DEPARTMENT),
        (Matter.OPENING, Condition.OWN_DEPARTMENT, Reason.WRITTEN),
        (Matter.SUPERVISION, Condition.OWN_DEPARTMENT, Reason.KNOCK),
        (Matter.ENDING, Condition.OWN_DEPARTMENT),
        (Matter.INCIDENTS, Condition.OWN_DEPARTMENT),
        (Matter.INCIDENTS, Condition.CALLED),
        (Matter.IMPORTS, Condition.OWN_DEPARTMENT),
        (Matter.SIGNALS, Condition.OWN_DEPARTMENT, Reason.WRITTEN),
        (Matter.VISITS, Condition.OWN_DEPARTMENT),
        (Matter.SEATS, Condition.OWN_DEPARTMENT),
        (Matter.ALARMS, Condition.OWN_DEPARTMENT),
        (Matter.DOUBTS, Condition.OWN_DEPARTMENT, Reason.WRITTEN),
        (Matter.DESTROYING, Condition.OWN_DEPARTMENT, Reason.WRITTEN),
        (Matter.DESTROYED, Condition.WHOLE_HALL),
        (Matter.COUNTS, Condition.WHOLE_HALL),
        (Matter.FIGURES, Condition.OWN_DEPARTMENT),
        (Matter.ACCURACY, Condition.OWN_DEPARTMENT),
        (Matter.DISASTER, Condition.WHOLE_HALL, Reason.WRITTEN),
        (Matter.DISASTER_STATE, Condition.WHOLE_HALL),
        (Matter.LOG, Condition.OWN_DEPARTMENT),
        (Matter.DEPUTIES, Condition.OWN_DEPARTMENT),
        (Matter.URGENT, Condition.OWN_DEPARTMENT, Reason.WRITTEN),
        (Matter.RESTRICTING, Condition.OWN_DEPARTMENT, Reason.WRITTEN),
        (Matter.ALERTS, Condition.OWN_DEPARTMENT),
        (Matter.ALERTS_SHOWN, Condition.AT_DESK),
        (Matter.PROVISIONS, Condition.OWN_DEPARTMENT),
    ),
    *_of(
        Role.RECORDS_OFFICER,
        (Matter.REQUESTS, Condition.OWN_DEPARTMENT, Reason.REQUEST),
        (Matter.REQUEST_NUMBERS, Condition.OWN_DEPARTMENT),
        (Matter.CONTENT, Condition.ACCEPTED, Reason.REQUEST),
    ),
    *_of(
        Role.AUDITOR,
        (Matter.LOG, Condition.WHOLE_HALL),
        (Matter.AUDIT, Condition.WHOLE_HALL),
        (Matter.DEPUTIES, Condition.WHOLE_HALL),
        (Matter.URGENT, Condition.WHOLE_HALL),
        (Matter.ALARMS, Condition.NOTICES),
        (Matter.PROVISIONS, Condition.WHOLE_HALL),
        (Matter.REQUEST_NUMBERS, Condition.WHOLE_HALL),
    ),
    *_of(
        Role.ADMINISTRATOR,
        (Matter.SEATS, Condition.WHOLE_HALL),
        (Matter.ALARMS, Condition.WHOLE_HALL),
        (Matter.DOUBTS, Condition.COUNTED),
        (Matter.DESTROYED, Condition.WHOLE_HALL),
        (Matter.COUNTS, Condition.WHOLE_HALL),
        (Matter.FIGURES, Condition.COUNTED),
        (Matter.DISASTER, Condition.WHOLE_HALL, Reason.WRITTEN),
        (Matter.DISASTER_STATE, Condition.WHOLE_HALL),
        (Matter.DEPUTIES, Condition.WHOLE_HALL),
        (Matter.ACCOUNTS, Condition.WHOLE_HALL),
        (Matter.TOKENS, Condition.WHOLE_HALL),
        (Matter.WEBHOOKS, Condition.WHOLE_HALL),
    ),
)


_WITHIN_DEPARTMENTS = {
    Condition.OWN_CALL, Condition.OWN_PRACTICE, Condition.OWN_DEPARTMENT, Condition.ACCEPTED,
}  # fmt: skip


def rules_of(roles: Collection[Role], matter: Matter) -> tuple[Rule, ...]:
    """Return every rule by which somebody in these roles has something of a kind. Roles add up."""
    return tuple(rule for rule in RULES if rule.matter is matter and rule.role in roles)


def needs_departments(roles: Collection[Role]) -> bool:
    """Say whether somebody in these roles has rights that are worth nothing without a department."""
    return any(rule.role in roles and rule.condition in _WITHIN_DEPARTMENTS for rule in RULES)


def allows(roles: Collection[Role], *matters: Matter) -> bool:
    """Say whether somebody in these roles has anything at all of any of these kinds."""
    return any(rules_of(roles, matter) for matter in matters)
