"""What a label of each kind points at: words at a place, the whole call, or calls before it.

The kinds are those of the service. Violence (T2) cannot be done by telephone, and the policy has no phrases
for T3 and T4, which clocks and counts find: a phrase signal of these three types is wrong wherever it comes.
"""

from __future__ import annotations

from incidents.signals.signal import CLOCKED, Kind

OF_SERIES = frozenset({Kind.REPEAT_DEPARTMENT, Kind.REPEAT_HALL, Kind.HASHIGO})
"""What stands on earlier calls too."""
OF_WHOLE_CALL = OF_SERIES | CLOCKED
"""What stands on times and counts, not on words at a place."""
