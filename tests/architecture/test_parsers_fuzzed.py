"""Every reader of outside data is fed with nonsense by a test, or stands here with the reason why not.

Forms, addresses and headers of the console are fed by tests/attacks/test_every_form.py, whatever the route.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

READS = re.compile(
    r"json\.loads?\(|parse_qs|frombuffer\(|int\.from_bytes\(|fromisoformat\(|bytes\.fromhex\(|validate_json\("
    r"|b(?:64|32)decode\(|tarfile\.open\(|zipfile|pickle|MultipartParser\("
)
ROOMS = ("core", "storage", "telephony", "transcription", "incidents", "disclosure", "api", "runtime")

FUZZED = {
    "api/disclosure_steps.py": "tests/unit/test_fuzz_forms.py",
    "api/facts_form.py": "tests/unit/test_fuzz_forms.py",
    "api/measure_form.py": "tests/unit/test_fuzz_forms.py",
    "api/reading/calls.py": "tests/unit/test_fuzz_addresses.py",
    "api/reading/report_period.py": "tests/unit/test_report_period.py",
    "api/search_form.py": "tests/unit/test_fuzz_addresses.py",
    "api/routes/access_log.py": "tests/unit/test_fuzz_addresses.py",
    "api/uploaded_file.py": "tests/unit/test_fuzz_imports.py",
    "core/profile/file_text.py": "tests/unit/test_profile_fuzz.py",
    "core/profile/rules_disclosure.py": "tests/unit/test_profile_fuzz.py",
    "disclosure/bundle/checking.py": "tests/unit/bundle/test_checking.py",
    "disclosure/bundle/made_again.py": "tests/unit/bundle/test_look_through.py",
    "disclosure/notices/template.py": "tests/unit/notices/test_template.py",
    "disclosure/bundle/zip_shape.py": "tests/unit/bundle/test_look_through.py",
    "incidents/imports/decoder_wire.py": "tests/unit/test_fuzz_imports.py",
    "incidents/quotes/file.py": "tests/unit/test_quote_check.py",
    "incidents/quotes/log_path.py": "tests/unit/test_quote_check.py",
    "incidents/quotes/statement.py": "tests/unit/test_quote_check.py",
    "storage/access_heads.py": "tests/unit/test_fuzz_evidence.py",
    "storage/backup/manifest.py": "tests/unit/test_fuzz_evidence.py",
    "storage/backup/sealed_file.py": "tests/unit/test_fuzz_evidence.py",
    "storage/backup/snapshot.py": "tests/unit/test_fuzz_evidence.py",
    "storage/destruction_list.py": "tests/unit/test_fuzz_evidence.py",
    "storage/signed_note.py": "tests/unit/test_fuzz_evidence.py",
    "telephony/asterisk/ami_client.py": "tests/unit/test_fuzz_telephony.py",
    "telephony/asterisk/ari_events.py": "tests/unit/test_fuzz_telephony.py",
    "telephony/asterisk/ari_messages.py": "tests/unit/test_ari_messages.py",
    "telephony/asterisk/event_lag.py": "tests/unit/test_fuzz_telephony.py",
    "telephony/asterisk/fetch_message.py": "tests/unit/test_fuzz_telephony.py",
    "telephony/asterisk/refer_message.py": "tests/unit/test_fuzz_telephony.py",
    "telephony/call/callers.py": "tests/unit/test_call_callers.py",
    "telephony/capture/dialplan_facts.py": "tests/unit/test_fuzz_telephony_files.py",
    "telephony/journal/journal_entry.py": "tests/unit/test_fuzz_telephony_files.py",
    "telephony/journal/journal_scan.py": "tests/unit/test_fuzz_telephony_files.py",
    "telephony/live/audio_socket.py": "tests/unit/test_fuzz_telephony.py",
    "telephony/sound/audio_files.py": "tests/unit/test_fuzz_telephony_files.py",
    "telephony/unrecorded/call_record.py": "tests/unit/test_fuzz_telephony_files.py",
    "transcription/recogniser_wire.py": "tests/unit/test_fuzz_evidence.py",
}

TRUSTED = {
    "api/attempts.py": "the hash that the line before it made",
    "api/routes/*.py": "a field of a form, fed by tests/attacks/test_every_form.py, whatever the route",
    "api/saved_queries.py": "rows that only this file writes",
    "core/webhook.py": "a secret that it made itself",
    "runtime/asterisk_server.py": "writes only",
    "disclosure/bundle/make_bundle_job.py": "the id in a row of our own queue",
    "disclosure/bundle/leak_check.py": "a bundle that this program wrote; zip_shape looks first",
    "disclosure/bundle/sound_files.py": "samples of a file that this program wrote",
    "runtime/public_key.py": "a public key that whoever checks something was given; refused in words",
    "runtime/audit_report.py": "the public key that an administrator types; a wrong one is refused in words",
    "runtime/backup.py": "its own key file, 0600",
    "runtime/*_archive.py": "a sealed file under a signed manifest, proven whole before it is read",
    "runtime/leak_report.py": "what the administrator typed, and rows of our own",
    "runtime/quote_report.py": "a key file that a person gives; a wrong one is refused in words",
    "runtime/restored_home.py": "its own note in its own home",
    "runtime/unrecorded_report.py": "a moment that the administrator typed",
    "storage/access_log.py": "rows that only this chain writes; verifying them is storage/chain_proof.py's",
    "storage/keys.py": "key files, 0600, or settings; a wrong one ends the start in words",
    "telephony/asterisk/ari_client.py": "Asterisk's answers: no JSON is AriAway, and shapes are asked for",
    "telephony/asterisk/stored_recordings.py": "as ari_client.py",
    "telephony/asterisk/outside_lines.py": "a number that we sealed; whatever does not open is nobody",
    "telephony/journal/outside_writing.py": "an event of our journal, under its checksum",
    "telephony/leading/lease_file.py": "leases, written by processes of the same user on the same machine",
    "telephony/sound/flac.py": "sets one field of what the line before it wrote",
    "transcription/likeness.py": "letters of a query as numbers, no bytes from outside",
    "transcription/live/speech.py": "samples, any of which are sound",
    "transcription/recogniser_process.py": "its own start, written by its parent",
}


def readers() -> set[str]:
    files = (path for room in ROOMS for path in Path(room).rglob("*.py") if "practice" not in path.parts)
    return {str(path) for path in files if READS.search(path.read_text(encoding="utf-8"))}


def test_every_reader_of_outside_data_is_fuzzed_or_says_why_not() -> None:
    unfed = {name for name in readers() - set(FUZZED) if not any(fnmatch(name, one) for one in TRUSTED)}

    assert unfed == set(), "feed it with nonsense, or say whose data it reads"


def test_what_is_said_to_be_fuzzed_is_named_in_a_property_of_that_file() -> None:
    for reader, test in FUZZED.items():
        text = Path(test).read_text(encoding="utf-8")
        module = reader.removesuffix(".py").replace("/", ".")
        door = "core.profile.report" if module.startswith("core.profile") else module
        assert "@given(" in text
        assert f"from {door} import" in text, f"{test} does not import {door}"


def test_nothing_is_unpickled() -> None:
    assert [
        str(path) for room in ROOMS for path in Path(room).rglob("*.py") if "pickle.l" in path.read_text()
    ] == []
