"""The ledger's Japanese words: what was opened, and for what. Codes never reach a reader."""

from __future__ import annotations

from collections.abc import Mapping

from core.profile.model import CityProfile
from storage.ledger import SEVERAL

ACT_NAMES: Mapping[str, str] = {
    "listen": "録音の再生",
    "clip": "録音の一部の再生",
    "around-marks": "印の前後の再生・閲覧",
    "read": "文字起こしの閲覧",
    "search": "言葉の検索",
    "quote": "引用",
    "take-out": "元のファイルの取り出し",
    "case": "事案の閲覧",
    "paper": "事案の文書の取り出し",
    "process": "文字起こしの依頼",
    "live-listen": "通話中のモニター",
    "live-whisper": "通話中の助言",
    "live-barge": "三者通話",
    "live-take-over": "通話の交代",
    "live-text": "速報の文字起こしの閲覧",
}
_NOT_CHOSEN: Mapping[str, str] = {
    "supervision": "通話中の支援",
    "notes": "通話中のメモの作成",
    "own-call": "自分の通話の応対",
    "live-text": "通話中の支援",
    "casework": "事案の記録と判断",
}
"""In a call that goes on nobody is asked: what they do there says for what."""


def purpose_name(profile: CityProfile, purpose: str) -> str:
    """Return what a purpose is called."""
    return _NOT_CHOSEN.get(purpose) or profile.purpose_name(purpose)


def department_name(profile: CityProfile, department: str | None) -> str:
    """Return what a department is called; there may be several, or none that the log knows."""
    if department == SEVERAL:
        return "複数の課"
    names = {one.id: one.name for one in profile.departments}
    return names.get(department or "", department or "（記録がありません）")  # type: ignore[arg-type]
