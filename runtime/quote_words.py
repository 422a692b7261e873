"""What ``verify-quote`` says, in plain Japanese and in English: a sentence for each look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incidents.quotes.check import Look
from incidents.quotes.statement import SpeakerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteWords:
    """One language's words."""

    fits: Mapping[Look, str]
    fails: Mapping[Look, str]
    not_looked: str
    genuine: str
    not_genuine: str
    practice: str
    speakers: Mapping[SpeakerKind, str]
    labels: tuple[str, str, str, str, str, str, str]
    hear: str
    unreadable: str
    too_long: str
    no_key: str
    other_fingerprint: str
    not_written: str


JAPANESE = QuoteWords(
    fits={
        Look.KEY: "この鍵で署名されたと書かれています",
        Look.SIGNATURE: "市の鍵による署名が合っています",
        Look.ROW: "署名は、この書き出しを記したアクセス記録の行にかかっています",
        Look.STATEMENT: "言葉・側・秒・話した人・聞いた人の記載は、アクセス記録に綴じられたときのままです",
        Look.AGREEMENT: "記載とアクセス記録は、同じ録音についてのものです",
        Look.CLIP_FILE: "音声のファイルは、記載されたものです",
        Look.CLIP_SOUND: "音声の標本は、聞いて確認された区間のものと一つも違いません",
    },
    fails={
        Look.KEY: "別の鍵のものです。渡された鍵が違うか、ファイルが変えられています",
        Look.SIGNATURE: "署名が合いません。署名か控えが変えられたか、市の鍵によるものではありません",
        Look.ROW: "アクセス記録の行と、署名された控えがつながりません。行が変えられています",
        Look.STATEMENT: "言葉・側・秒・話した人・聞いた人などの記載が、綴じられたアクセス記録と違います",
        Look.AGREEMENT: "記載とアクセス記録が、別の録音についてのものです",
        Look.CLIP_FILE: "音声が、記載されたものと違います",
        Look.CLIP_SOUND: "音声の標本か長さが、聞いて確認された区間と違います",
    },
    not_looked="ほかが合わないため、調べていません",
    genuine="この引用は、市が書き出したままです。",
    not_genuine="この引用は、市が書き出したままではありません。証拠として使わないでください。",
    practice="【練習】 練習の通話の引用です。実際の通話ではありません。",
    speakers={
        SpeakerKind.CALLER: "相手",
        SpeakerKind.ANNOUNCEMENT: "案内",
        SpeakerKind.HALL: "職員",
        SpeakerKind.UNKNOWN: "不明（職員側）",
    },
    labels=("市", "通話", "話した人", "録音の位置", "聞いた人", "書き出し", "記録の番号"),
    hear="言葉が音声のとおりかは、分かりません。音声を聞いて確かめてください（--clip で書き出せます）。",
    unreadable="確かめられません: 引用ファイルではないか、途中で切れているか、形が変えられています。",
    too_long="確かめられません: 引用ファイルとしては大きすぎます。",
    no_key="確かめられません: 鍵のファイルを読めません。PEM か16進の公開鍵（Ed25519）を渡してください。",
    other_fingerprint="確かめられません: 鍵の指紋が違います。市が公表した鍵を受け取り直してください。",
    not_written="音声を書き出せません。書き込める場所を指定してください。引用そのものは上のとおりです。",
)

ENGLISH = QuoteWords(
    fits={
        Look.KEY: "it names the key that was given",
        Look.SIGNATURE: "the city's key signed it",
        Look.ROW: "the signature stands at the row of the access log that holds this export",
        Look.STATEMENT: "words, side, seconds, speaker and hearer are as the access log holds them",
        Look.AGREEMENT: "the statement and the access log speak of the same recording",
        Look.CLIP_FILE: "the sound file is the one that was stated",
        Look.CLIP_SOUND: "every sample is that of the stretch somebody listened to",
    },
    fails={
        Look.KEY: "it belongs to another key: this is the wrong key, or the file was changed",
        Look.SIGNATURE: "the signature does not fit: it or the head was changed, or it is not the city's",
        Look.ROW: "the row of the access log does not lead to the signed head: the row was changed",
        Look.STATEMENT: "words, side, seconds, speaker, hearer or another fact is not as the log has it",
        Look.AGREEMENT: "the statement and the access log speak of different recordings",
        Look.CLIP_FILE: "the sound is not the one that was stated",
        Look.CLIP_SOUND: "samples or length are not those of the stretch somebody listened to",
    },
    not_looked="not looked at, because something else does not fit",
    genuine="This quote is as the city exported it.",
    not_genuine="This quote is NOT as the city exported it. Do not use it as evidence.",
    practice="[PRACTICE] This is of a practice call. Nobody really called.",
    speakers={
        SpeakerKind.CALLER: "the caller",
        SpeakerKind.ANNOUNCEMENT: "an announcement",
        SpeakerKind.HALL: "staff",
        SpeakerKind.UNKNOWN: "unknown (the hall's side)",
    },
    labels=("city", "call", "speaker", "place", "heard by", "exported", "log row"),
    hear="Whether the words are what was said, no program can tell: listen to the sound (--clip writes it).",
    unreadable="Cannot be checked: this is no quote file, or it is torn, or its form was changed.",
    too_long="Cannot be checked: too large for a quote file.",
    no_key="Cannot be checked: the key file is unreadable. Give an Ed25519 public key, PEM or 64 hex digits.",
    other_fingerprint="Cannot be checked: the key's fingerprint is another than the one given.",
    not_written="The sound could not be written there. Of the quote itself, see above.",
)
