"""How we speak to Asterisk: escaped, without showing the password, and a stranger's id is never a path."""

from __future__ import annotations

import pytest

from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_errors import AriAway, AriRefused
from telephony.asterisk.ari_events import application_prefix, new_application_name
from telephony.asterisk.stored_recordings import StoredRecordings

ADDRESS = AriAddress(url="http://127.0.0.1:8088/ari/", user="tsuwaroku", password="himitsu")


def test_an_id_with_slashes_stays_one_segment_of_the_path() -> None:
    path = ADDRESS.path("channels", "../../asterisk/modules?x=1#y", "answer")

    assert path == ("http://127.0.0.1:8088/ari/channels/..%2F..%2Fasterisk%2Fmodules%3Fx%3D1%23y/answer")


def test_the_password_is_in_no_address_and_no_printed_form() -> None:
    assert "himitsu" not in repr(ADDRESS)
    assert "himitsu" not in ADDRESS.path("events")
    assert ADDRESS.headers() == {"Authorization": "Basic dHN1d2Fyb2t1OmhpbWl0c3U="}


def test_no_two_processes_have_the_same_application_and_the_dialplan_finds_both() -> None:
    names = {new_application_name("city") for _ in range(100)}

    assert len(names) == 100
    assert all(name.startswith(application_prefix("city")) for name in names)


def test_what_went_wrong_names_the_action_and_nothing_else() -> None:
    assert str(AriRefused(404, "hang-up")) == "hang-up: 404"
    assert str(AriAway("claim")) == "claim: no answer"


def test_recordings_are_fetched_over_http_only() -> None:
    with pytest.raises(ValueError, match="HTTP only"):
        StoredRecordings("file:///etc", "tsuwaroku", "himitsu")
