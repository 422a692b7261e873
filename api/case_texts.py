"""What people read when something cannot be brought into a case: what happened, what is safe, what to do."""

from __future__ import annotations

from collections.abc import Mapping

CASE_ERRORS: Mapping[str, tuple[str, str]] = {
    "not-heard-by-you": (
        "まだ聞いて確かめていない引用です",
        "何も変えていません。通話を開き、この引用の「聞く」を押して終わりまで聞いてから、もう一度加えてください。",
    ),
    "statement-faulty": (
        "記録の中に、直すところがあります",
        "保存していません。1つの欄は4000文字まで、1つの問いに40欄まで書けます。見えない文字は使えません。",
    ),
    "measure-faulty": (
        "措置の日、番号、根拠のどれかに、直すところがあります",
        "保存していません。日は今日までの日、番号は100文字、根拠は300文字、補足は1000文字までです。",
    ),
    "finding-needed": (
        "この措置には、複数の職員による判断（該当）が要ります",
        "何も変えていません。警告、警察への通報と相談、弁護士相談は、判断を待たずに書けます。",
    ),
    "fonts-missing": (
        "日本語の書体（IPAex）がないため、文書を作れません",
        "何も変えていません。決定は文書と一緒に残すため、書体を入れてから行います。システム管理の担当に知らせてください。",
    ),
    "paper-changed": (
        "文書の照合が合いません",
        "事案の記録は残っています。システム管理の担当に知らせてください。",
    ),
}
"""Title and advice by code."""
