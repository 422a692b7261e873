"""Known faults of what we depend on stop a check; what nobody was asked about is said, and stops releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.advisories import (
    ACCEPTED,
    CONTROL,
    KEPT,
    RELEASE_DAYS,
    WARN_DAYS,
    NoSourceAnswered,
    ask,
    judge,
    judge_here,
)
from tools.pins import Pin, all_pins, pins_of
from tools.sbom import SBOM, bill

TODAY = date(2026, 11, 22)
PARSER = Pin(name="parser", version="1.0")


class Index:
    """An index of packages. ``knows`` names, by the path asked for, version and faults."""

    def __init__(self, knows: Mapping[str, tuple[str, list[str]]], *, control: bool = True) -> None:
        self.asked: list[str] = []
        self._knows = {**knows, **({CONTROL[0]: ("9", [CONTROL[1]])} if control else {CONTROL[0]: ("9", [])})}

    def __call__(self, path: str) -> Mapping[str, Any] | None:
        self.asked.append(path)
        if path not in self._knows:
            return None
        version, faults = self._knows[path]
        return {
            "info": {"version": version},
            "vulnerabilities": [{"id": fault, "withdrawn": None} for fault in faults],
        }


def test_a_known_fault_of_a_pinned_version_stops_the_check_and_the_release() -> None:
    kept = ask([PARSER], Index({"parser/1.0": ("1.0", ["GHSA-1"])}), TODAY)
    told = judge([PARSER], kept, [], TODAY)

    assert told.known == ("parser 1.0: GHSA-1",)
    assert told.is_fault(release=False)
    assert told.is_fault(release=True)


def test_a_mirror_that_knows_the_newest_version_alone_answers_for_no_other() -> None:
    kept = ask([PARSER], Index({"parser": ("2.0", [])}), TODAY)
    told = judge([PARSER], kept, [], TODAY)

    assert told.unasked == ("parser 1.0",)
    assert (told.audited, told.asked) == (0, 1)
    assert not told.is_fault(release=False)
    assert told.is_fault(release=True)


def test_a_version_pinned_after_the_day_of_asking_is_named_and_stops_a_release() -> None:
    kept = ask([PARSER], Index({"parser/1.0": ("1.0", [])}), TODAY)
    moved = Pin(name="parser", version="1.1")

    assert judge([PARSER], kept, [], TODAY).unasked == ()
    assert judge([moved], kept, [], TODAY).unasked == ("parser 1.1",)


def test_a_source_that_does_not_tell_of_a_fault_everybody_knows_is_no_source() -> None:
    with pytest.raises(NoSourceAnswered):
        ask([PARSER], Index({"parser/1.0": ("1.0", [])}, control=False), TODAY)


@pytest.mark.parametrize(("limit", "release"), [(WARN_DAYS, False), (RELEASE_DAYS, True)])
def test_old_answers_are_named_and_stop_a_release_alone(limit: int, release: bool) -> None:
    kept = ask([PARSER], Index({"parser/1.0": ("1.0", [])}), TODAY)
    fresh, old = (
        judge([PARSER], kept, [], TODAY + timedelta(days=days), stale_after=limit)
        for days in (limit, limit + 1)
    )

    assert not fresh.stale
    assert old.stale
    assert old.is_fault(release=release) is release


def test_a_fault_that_does_not_concern_us_is_passed_over_with_a_reason_until_its_day() -> None:
    kept = ask([PARSER], Index({"parser/1.0": ("1.0", ["GHSA-1"])}), TODAY)
    passed: dict[str, Any] = {"id": "GHSA-1", "reason": "never called", "until": TODAY}

    assert judge([PARSER], kept, [passed], TODAY).known == ()
    assert judge([PARSER], kept, [passed], TODAY + timedelta(days=1)).known
    assert judge([PARSER], kept, [{**passed, "reason": ""}], TODAY).known


def test_a_withdrawn_advisory_is_none() -> None:
    def index(path: str) -> Mapping[str, Any] | None:
        faults = [{"id": CONTROL[1]}] if path == CONTROL[0] else [{"id": "GHSA-1", "withdrawn": "2026-01-01"}]
        return {"info": {"version": "1.0"}, "vulnerabilities": faults}

    assert judge([PARSER], ask([PARSER], index, TODAY), [], TODAY).known == ()


def test_every_pin_of_this_checkout_has_an_answer_that_was_kept_or_is_named() -> None:
    told = judge_here(release=False)

    assert told.asked == len(all_pins()) > 100
    assert told.known == ()
    assert told.audited + len(told.unasked) == told.asked
    assert ACCEPTED.is_file()
    assert json.loads(KEPT.read_text(encoding="utf-8"))["control"] == list(CONTROL)


def test_every_pinned_file_is_known_by_its_hash() -> None:
    assert [pin.name for pin in all_pins() if not pin.hashes] == []


def test_the_bill_of_materials_names_what_the_service_pins_and_is_valid() -> None:
    kept, made = json.loads(SBOM.read_text(encoding="utf-8")), bill()

    # Licences are said by what is installed, which differs between machines.
    assert [{**one, "licenses": 0} for one in kept["components"]] == [
        {**one, "licenses": 0} for one in made["components"]
    ], "run: python -m tools.sbom"
    assert {(one["name"], one["version"]) for one in kept["components"] if "version" in one} >= {
        (pin.name, pin.version) for pin in pins_of("runtime")
    }
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(SBOM.read_text(encoding="utf-8")) is None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str('{"bomFormat": "CycloneDX"}') is not None
