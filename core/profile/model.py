"""The nouns of a city profile, as the rest of the program sees them: checked, complete, frozen.

The shape of one part stands here; what holds between parts stands in ``rules.py`` and ``rules_numbers.py``.
There is deliberately no key that could refuse, delay or rank a caller (see ``fairness.py``).
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from pydantic import Field

from core.access_terms import AccessTerms
from core.ids import DepartmentId, LineId, PhoneId
from core.profile.alerts import Alerts
from core.profile.care import Care
from core.profile.casework import Casework
from core.profile.department import Department, with_those_below
from core.profile.desk import DEFAULT_MEASURES, DEFAULT_OUTCOMES, CallOutcome, Clocks, Measure
from core.profile.disclosure import Disclosure
from core.profile.imports import Imports
from core.profile.integrations import Integrations
from core.profile.judging import DisasterSwitch, Ending, Wallboard
from core.profile.keeping import Keeping
from core.profile.live_text import LiveText
from core.profile.outside import Outside
from core.profile.part import Part
from core.profile.phone import Phone
from core.profile.policy import WithPolicy
from core.profile.purposes import DEFAULT_PURPOSES, Access, ListedPurpose
from core.profile.recording import (
    OUTBOUND_PREFIX,
    InDisaster,
    RecordingMode,
    Transcribe,
    WithoutRecording,
)
from core.profile.rights import Rights
from core.profile.securing import MediaTransport, SipTransport
from core.profile.sign_in import SignInRules
from core.profile.signals import Signals
from core.profile.spoken_numbers import SpokenNumbers
from core.profile.supervision import Help, Supervision, Wording


class Regime(StrEnum):
    """Which part of 個人情報の保護に関する法律 binds the body that answers a line."""

    PUBLIC_BODY = "public-body"  # 第5章 (行政機関等): most city halls
    PRIVATE_RULES = "private-rules"  # 第4章: e.g. a municipal hospital, in part
    OWN_ORDINANCE = "own-ordinance"  # e.g. 議会, excluded from chapter 5


class AskingAction(StrEnum):
    """All that a threshold may do: ask people. There is no action that ends, refuses or delays a call."""

    ASK_JUDGEMENT = "ask-judgement"  # 判断を求める
    CONVENE_JUDGEMENT = "convene-judgement"  # 複数職員による判断の場を呼びかける
    OFFER_SLOT = "offer-slot"  # 対応時間をあらかじめ示すことを勧める
    CLASSIFY = "classify"  # 行為の区分を確かめるよう促す


class Agency(Part):
    """A body that answers for a line (実施機関) and the regime it works under."""

    id: str = Field(examples=["shicho"])
    name: str = Field(examples=["市長部局"])
    regime: Regime = Field(examples=["public-body"])
    basis: str = Field(
        description="the provision that places the agency under its regime, as the city cites it",
        examples=["個人情報の保護に関する法律 第2条第11項第2号、第5章"],
    )


class Announcement(Part):
    """Words spoken to the caller, and the sound file made from them (beside the profile, WAV 8 kHz mono)."""

    id: str = Field(examples=["rokuon"])
    text: str = Field(examples=["正確な対応記録を残すため、通話を録音させていただきます。"])
    file: str = Field(examples=["sounds/sakura/rokuon.wav"])


class Line(Part):
    """A telephone line of the city hall: its numbers, who answers it, and how it is recorded."""

    id: LineId = Field(examples=["kokuho"])
    name: str = Field(examples=["国民健康保険の窓口"])
    department: DepartmentId = Field(examples=["hoken-nenkin"])
    numbers: tuple[str, ...] = Field(min_length=1, examples=['["0312345678"]'])
    phones: tuple[PhoneId, ...] = Field(min_length=1, examples=["[hoken1, hoken2]"])
    recording: RecordingMode = Field(examples=["always"])
    announcement: str = Field(
        default="",
        description="words spoken before a recording; a line that is never recorded has none",
        examples=["rokuon"],
    )
    no_answer: str = Field(
        description="announcement spoken when nobody answers or everybody is away", examples=["fuzai"]
    )
    busy: str = Field(description="announcement spoken when every phone is busy", examples=["hanashichu"])
    ring_seconds: int = Field(default=30, strict=True, ge=5, le=180, examples=["30"])
    transcribe: Transcribe = Field(
        default=Transcribe.ALL, description="which calls become text", examples=["flagged"]
    )
    live_text: bool = Field(
        default=True,
        strict=True,
        description="its words may be read while a call goes on",
        examples=["false"],
    )
    # No is what the mode promises: with our processes dead nobody stops what the key began (録音拒否).
    records_alone: bool = Field(
        default=False,
        strict=True,
        description="on-demand: the key records also while the telephone server serves alone",
        examples=["true"],
    )
    practice: bool = Field(default=False, strict=True, examples=["true"])


class Trunk(Part):
    """Where calls come from: the carrier's gateway, known by its addresses.

    A practice trunk is no gateway but the practice caller: it has no address and registers with a secret
    made at run time, and it reaches practice lines only.
    """

    id: str = Field(examples=["denwa-kaisha"])
    name: str = Field(examples=["電話会社のゲートウェイ"])
    addresses: tuple[str, ...] = Field(default=(), examples=['["192.0.2.10"]'])
    contact: str | None = Field(default=None, examples=["sip:192.0.2.10:5060"])
    transport: SipTransport = Field(default=SipTransport.UDP, examples=["tls"])
    media: MediaTransport = Field(default=MediaTransport.RTP, examples=["srtp"])
    authority: str = Field(
        default="",
        description="with tls: who signed the gateway's certificate, or that certificate itself",
        examples=["certificates/denwa.pem"],
    )
    # Yes is the honest default: many gateways deliver the last digits alone, and a citizen's call goes on.
    internal_numbers: bool = Field(
        default=True, strict=True, description="may reach lines by their extension", examples=["false"]
    )
    practice: bool = Field(default=False, strict=True, examples=["true"])


class Threshold(Part):
    """A clock that asks people to judge. It never acts by itself. 15/30/60 are different triggers."""

    id: str = Field(examples=["deadlock"])
    minutes: int | None = Field(default=None, strict=True, ge=1, le=1440, examples=["15"])
    what: str = Field(examples=["膠着してから15分（目安）。対応を続けるかを複数職員で判断する"])
    action: AskingAction = Field(examples=["convene-judgement"])
    source: str = Field(examples=["品川区 対応要領 第6章(2)⑤"])


class CityProfile(WithPolicy):
    """Everything the program knows about one city hall."""

    schema_version: int = Field(strict=True, examples=["1"])
    city: str = Field(examples=["sakura"])
    name: str = Field(examples=["さくら市"])
    mark_code: str = Field(
        default="*1", description="what an operator dials in a call to place a mark", examples=['"*1"']
    )
    help_code: str = Field(
        default="*2", description="what an operator dials in a call to ask for help (応援)", examples=['"*2"']
    )
    pickup_code: str = Field(
        default="*8", description="what is dialled to take a call that rings elsewhere", examples=['"*8"']
    )
    emergency_numbers: tuple[str, ...] = Field(
        default=("110", "118", "119"),
        description="numbers that always pass untouched",
        examples=['["110", "118", "119"]'],
    )
    agencies: tuple[Agency, ...] = Field(min_length=1)
    departments: tuple[Department, ...] = Field(min_length=1)
    phones: tuple[Phone, ...] = Field(min_length=1)
    lines: tuple[Line, ...] = Field(min_length=1)
    trunks: tuple[Trunk, ...] = Field(min_length=1)
    announcements: tuple[Announcement, ...] = Field(min_length=1)
    unknown_line: str | None = Field(
        default=None, description="announcement for a dialled number that no line has", examples=["machigai"]
    )
    keeping: Keeping
    without_recording: WithoutRecording = Field(
        default=WithoutRecording(), description="somebody does not want to be recorded (録音拒否)"
    )
    in_disaster: InDisaster | None = Field(default=None, description="災害時の切り替え")
    disaster_switch: DisasterSwitch = Field(default=DisasterSwitch(), description="災害時の切り替えを使う人")
    ending: Ending = Field(default=Ending(), description="対応の中止の判断")
    wallboard: Wallboard = Field(default=Wallboard(), description="通話中の画面")
    supervision: Supervision = Field(default=Supervision(), description="管理者のモニター、三者通話、交代")
    help: Help = Field(default=Help(), description="応援")
    outside: Outside = Field(default=Outside(), description="外部の方との三者通話")
    live_text: LiveText = Field(default=LiveText(), description="速報の文字起こし")
    spoken_numbers: SpokenNumbers = Field(
        default=SpokenNumbers(), description="個人番号とカード番号を文字に残さない"
    )
    purposes: tuple[ListedPurpose, ...] = Field(default=DEFAULT_PURPOSES, description="閲覧の目的")
    access: Access = Field(default=Access(), description="閲覧の許可")
    rights: Rights = Field(default=Rights(), description="緊急閲覧と、印の前後の再生")
    sign_in: SignInRules = Field(default=SignInRules(), description="ログイン")
    alerts: Alerts = Field(default=Alerts(), description="庁内警報")
    wordings: tuple[Wording, ...] = ()
    clocks: Clocks = Field(default=Clocks(), description="clocks that ask people to judge")
    measures: tuple[Measure, ...] = Field(default=DEFAULT_MEASURES, description="配慮中")
    outcomes: tuple[CallOutcome, ...] = Field(default=DEFAULT_OUTCOMES, description="結果")
    casework: Casework = Field(default=Casework(), description="事案の判断・記録・訪問")
    care: Care = Field(default=Care(), description="職員の休みと声かけ")
    integrations: Integrations = Field(default=Integrations(), description="連携")
    imports: Imports = Field(default=Imports(), description="録音機のファイルの取り込み")
    disclosure: Disclosure | None = Field(default=None, description="開示などの請求の期限")
    thresholds: tuple[Threshold, ...] = ()
    signals: Signals = Field(default=Signals(), description="兆候")
    vocabulary: tuple[str, ...] = Field(
        default=(), description="words of this city for the recogniser's prompt", examples=["[国民健康保険]"]
    )

    def line(self, line: LineId) -> Line | None:
        """Find a line by its id; calls going out of a department have a line of their own."""
        if line.startswith(OUTBOUND_PREFIX):
            return self._outbound_line(line)
        return next((one for one in self.lines if one.id == line), None)

    def _outbound_line(self, line: LineId) -> Line | None:
        owner = next((one for one in self.departments if outbound_line(one.id) == line), None)
        if owner is None or owner.outbound is None:
            return None
        return Line(
            id=line,
            name=f"{owner.name} からの発信",
            department=owner.id,
            numbers=(owner.outbound.number,),
            phones=tuple(one.id for one in self.phones if one.department == owner.id),
            recording=owner.outbound.recording,
            announcement=owner.outbound.announcement,
            transcribe=owner.outbound.transcribe,
            no_answer="",
            busy="",
        )

    def line_of_number(self, number: str) -> Line | None:
        """Find the line that answers a dialled number."""
        return next((one for one in self.lines if number in one.numbers), None)

    def department(self, department: DepartmentId) -> Department:
        """Return a department; the loader has proven that every mentioned one exists."""
        return next(one for one in self.departments if one.id == department)

    def with_those_below(self, held: Collection[DepartmentId]) -> frozenset[DepartmentId]:
        """Return some departments and all that stand below them: whom a right reaches."""
        return with_those_below(self.departments, held)

    def agency_of(self, line: Line) -> Agency:
        """Return the 実施機関 that answers for a line."""
        owner = self.department(line.department).agency
        return next(one for one in self.agencies if one.id == owner)

    def announcement(self, announcement: str) -> Announcement:
        """Return an announcement; the loader has proven that every mentioned one exists."""
        return next(one for one in self.announcements if one.id == announcement)

    def purpose_name(self, purpose: str) -> str:
        """Return what a purpose is called; one that the city does not list any more keeps its id."""
        known = {one.id: one.name for one in (*DEFAULT_PURPOSES, *self.purposes)}
        return known.get(purpose, purpose)

    @property
    def access_terms(self) -> AccessTerms:
        """Return what the vault must know of it."""
        practice = frozenset(one.id for one in self.purposes if one.practice)
        return AccessTerms(lasts=self.access.lasts, practice_only=practice)

    def phone(self, phone: PhoneId) -> Phone | None:
        """Find a desk phone by its id."""
        return next((one for one in self.phones if one.id == phone), None)


def outbound_line(department: DepartmentId) -> LineId:
    """Name what stands for a line in calls going out of a department."""
    return LineId(f"{OUTBOUND_PREFIX}{department}")
