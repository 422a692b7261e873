"""What people read about keys and the access log: every finding has words, and none of them shows a key."""

from __future__ import annotations

from typing import get_args, get_type_hints

from runtime.key_ceremony import FINDINGS, report_lines
from runtime.vault_report import FAULTS
from storage.certificate_proof import CertificateFault
from storage.chain_proof import ChainFault
from storage.key_check import FindingCode, KeyFinding, KeyReport


def test_every_finding_about_keys_has_words() -> None:
    assert set(FINDINGS) == set(get_args(FindingCode))


def test_every_fault_of_the_access_log_has_words() -> None:
    for fault in (ChainFault, CertificateFault):
        assert set(get_args(get_type_hints(fault)["code"])) <= set(FAULTS)


def test_a_lost_key_is_told_with_its_name_and_how_many_recordings_it_costs() -> None:
    lost = KeyFinding(code="key-lost", kek_id="kek-old", recordings=1234)
    report = KeyReport(known=("kek-new",), used={"kek-old": 1234, "kek-new": 5}, findings=(lost,))

    first, told = report_lines(report)

    assert first == "今の鍵 kek-new: 録音 5 件"
    assert told.startswith("誤り: 失われた鍵があります。録音 1,234 件は鍵 kek-old で包まれ")


def test_keys_that_fit_are_told_in_one_line_each() -> None:
    report = KeyReport(known=("kek-old", "kek-new"), used={"kek-new": 5}, findings=())

    assert report_lines(report) == [
        "今の鍵 kek-new: 録音 5 件", "前の鍵 kek-old: 録音 0 件", "鍵はそろっています。",
    ]  # fmt: skip
