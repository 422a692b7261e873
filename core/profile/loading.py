"""A profile file becomes a city profile, or every fault in it is told at once. There is nothing between.

The file is read in steps: bytes to text (``file_text.py``), text to plain values with lines
(``tree.py``), the policy it names (``policies.py``), values to parts (``shape.py``, ``rules*.py``,
``fairness.py``, ``sounds.py``). A step that
fails outright ends the reading, because what follows would be guesses; within a step all faults are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from core.profile import (
    rules,
    rules_alerts,
    rules_care,
    rules_casework,
    rules_departments,
    rules_desk,
    rules_disclosure,
    rules_integrations,
    rules_keeping,
    rules_notice,
    rules_numbers,
    rules_outside,
    rules_policy,
    rules_purposes,
    rules_recording,
    rules_securing,
    rules_signals,
    rules_supervision,
)
from core.profile.draft import Draft, draft_of
from core.profile.fairness import rules_treat_callers_alike
from core.profile.faults import Finding, ProfileFaults
from core.profile.file_text import find_typing_traps, read_text, without_false_line_ends
from core.profile.model import CityProfile
from core.profile.policies import policies_for, with_lists_of_its_policy
from core.profile.rules_policy import mentions_are_known
from core.profile.rules_securing import authorities_can_be_read
from core.profile.shape import shape_findings
from core.profile.sounds import sounds_can_be_played
from core.profile.telling import told
from core.profile.tree import Tree, read_tree

Rule = Callable[[Draft], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    rules.schema_version_is_known,
    rules.ids_are_well_formed,
    rules.ids_are_unique,
    rules.mentions_exist,
    rules.agencies_cite_a_provision,
    rules.phones_are_listed_once,
    rules.practice_is_kept_apart,
    rules.mark_code_can_be_dialled,
    rules.vocabulary_is_short,
    rules.texts_can_be_read,
    rules_numbers.numbers_can_be_dialled,
    rules_numbers.numbers_belong_to_one_line,
    rules_numbers.emergency_numbers_pass,
    rules_numbers.trunks_are_addressed,
    rules_numbers.addresses_belong_to_one_trunk,
    rules_notice.notice_says_that_and_why,
    *rules_keeping.RULES,
    *rules_departments.RULES,
    *rules_recording.RULES,
    *rules_supervision.RULES,
    *rules_outside.RULES,
    *rules_purposes.RULES,
    *rules_desk.RULES,
    *rules_casework.RULES,
    *rules_alerts.RULES,
    *rules_disclosure.RULES,
    *rules_care.RULES,
    *rules_integrations.RULES,
    *rules_securing.RULES,
    *rules_signals.RULES,
    *rules_policy.RULES,
)


def load_profile(path: Path) -> CityProfile:
    """Return the checked profile of a file.

    Raises:
        ProfileFaults: with everything that is wrong, each fault with its line.
    """
    text = read_text(path)
    traps = find_typing_traps(text)
    try:
        tree = read_tree(without_false_line_ends(text))
    except ProfileFaults as failure:
        # A trap at the head of a line is why YAML failed: its own complaint about that line adds nothing.
        trapped = {one.line for one in traps}
        raise ProfileFaults([*traps, *(one for one in failure.faults if one.line not in trapped)]) from None
    policies, unusable = policies_for(tree.value, path.parent)
    if not unusable:
        tree.value = with_lists_of_its_policy(tree.value, policies)
    # Without its lists, whatever names a type would be told as one fault more.
    findings = unusable or [
        *_findings(tree, path.parent),
        *mentions_are_known(draft_of(tree.value), policies),
    ]
    if findings or traps:
        raise ProfileFaults([*traps, *(told(one, tree) for one in findings)])
    return CityProfile.model_validate(tree.value).knowing(policies)


def _findings(tree: Tree, folder: Path) -> list[Finding]:
    draft = draft_of(tree.value)
    # What touches the rights of callers and staff is told as that, not as one more unknown key.
    rights = [
        *rules_treat_callers_alike(tree.value),
        *rules_notice.recordings_appraise_nobody(draft),
        *rules_purposes.staff_is_not_appraised(draft),
    ]
    known = {one.place for one in rights}
    rest = [
        *tree.findings,
        *shape_findings(tree.value, tree.raw_numbers),
        *(finding for rule in RULES for finding in rule(draft)),
        *sounds_can_be_played(draft, folder),
        *authorities_can_be_read(draft, folder),
    ]
    return [*rights, *(one for one in rest if one.place not in known)]
