"""Says in Japanese what the recording modes of a profile mean, for the person who checks it."""

from __future__ import annotations

from collections.abc import Iterator

from core.profile.model import CityProfile
from core.profile.recording import RecordedSoFar, RecordingMode, Transcribe, WhenNotWanted

_MEANINGS = {
    RecordingMode.ALWAYS: (
        "常時",
        "かかってきたときから録音し、お知らせを流します。フラグのない録音は {unflagged} 日で廃棄します。",
    ),
    RecordingMode.BUFFER: (
        "一時保持",
        (
            "お知らせを流して録音しますが、文字起こしをせず、{buffer} 時間で廃棄します。"
            "その間に記録・フラグを押すと、通話の全体を {flagged} 日保存し、文字にします。"
        ),
    ),
    RecordingMode.ON_DEMAND: (
        "随時",
        (
            "記録・フラグを押すまで録音しません。押すと、お知らせを双方に流してから録音します。"
            "押す前の会話は残りません。"
        ),
    ),
    RecordingMode.NEVER: (
        "録音しない",
        (
            "録音もお知らせもしません。番号も、通話の行も、画面の表示も残しません。残るのは1日ごとの件数だけです。"
            "電話機に番号は表示されません。聞くことも、助けを求めるキーも働きません。"
        ),
    ),
}
_ALONE = {
    False: (
        "記録・フラグを押しても録音しません。押した時刻の印だけが残り、職員の電話機に短い低い音が2回鳴ります。"
    ),
    True: (
        "記録・フラグを押すと、お知らせを双方に流してから録音します（records_alone）。"
        "相手が録音を望まれなくても、その通話のあいだは止められません。"
    ),
}


def explain_recording(profile: CityProfile) -> str:
    """Explain every mode that the profile uses, and where it uses it."""
    keeping = profile.keeping
    figures = {
        "unflagged": keeping.unflagged_days,
        "flagged": keeping.flagged_days,
        "buffer": keeping.buffer_hours,
    }
    used = [(one.recording, f"{one.name}（{one.id}）") for one in profile.lines]
    used += [
        (one.outbound.recording, f"{one.name} からの発信") for one in profile.departments if one.outbound
    ]
    blocks = ["録音のしかた"]
    for mode, (name, meaning) in _MEANINGS.items():
        places = [place for its_mode, place in used if its_mode is mode]
        if places:
            blocks.append(f"  {name}（{mode.value}）: {meaning.format(**figures)}\n    {'、'.join(places)}")
    unwritten = [one.name for one in profile.lines if one.transcribe is Transcribe.FLAGGED]
    unwritten += [
        f"{one.name} からの発信"
        for one in profile.departments
        if one.outbound and one.outbound.transcribe is Transcribe.FLAGGED
    ]
    blocks += _served_alone(profile)
    if unwritten:
        blocks.append(
            "  文字起こし: 記録・フラグのある通話だけを文字にします。"
            "ほかは、管理者が目的を選んで頼んだときだけです。\n"
            f"    {'、'.join(unwritten)}"
        )
    silent = [one.name for one in profile.departments if one.outbound is None]
    if silent:
        blocks.append(
            f"  発信の設定がない課: 緊急通報（{'、'.join(profile.emergency_numbers)}）だけかけられます。"
        )
    blocks.append(f"  録音を望まない方には: {_without(profile)}")
    return "\n".join(blocks)


def _served_alone(profile: CityProfile) -> Iterator[str]:
    """What the key does on lines recorded on request while the telephone server serves alone."""
    asked = [line for line in profile.lines if line.recording is RecordingMode.ON_DEMAND]
    for records, meaning in _ALONE.items():
        places = [f"{line.name}（{line.id}）" for line in asked if line.records_alone is records]
        if places:
            yield f"  随時の窓口を電話サーバーだけで受けている間: {meaning}\n    {'、'.join(places)}"


def _without(profile: CityProfile) -> str:
    rule = profile.without_recording
    if rule.then is WhenNotWanted.OFFER:
        return "もう一度説明し、ほかの方法を案内します（録音は続きます）。応対は断りません。"
    kept = "保存します" if rule.recorded_so_far is RecordedSoFar.KEEP else "廃棄します（フラグがあれば保存）"
    return f"もう一度説明し、それでも望まれなければ録音を止めて話を聞きます。それまでの録音は{kept}。"
