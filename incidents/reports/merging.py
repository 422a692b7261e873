"""What of a row of counts can be told without pointing at anybody. Pure.

A count below the city's ``access.publish_from`` could be one caller's; it is merged with others, never left
out in a way that a sum gives back: what is merged is always as large as ``smallest`` itself, and of two
counts at least. Nothing counted (0) points at nobody and stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

FEWEST_PEOPLE = 3
"""So many seats must stand behind figures of staff work: behind two, each could tell the other's."""


def merged(
    counts: Sequence[int], smallest: int, enough: Callable[[Collection[int]], bool] = lambda _places: True
) -> frozenset[int]:
    """Say which places of a row are told as one sum only. Order means nothing (departments, outcomes).

    Args:
        counts: the row; none is below 0
        smallest: what a count must be to stand alone, or to stand as a sum
        enough: says of some places whether they could be told together for other reasons too

    Returns:
        The places, empty when every one can stand alone; when even all of them together could not be told,
        all that are not 0
    """
    counted = [place for place, count in enumerate(counts) if count]
    together = {place for place in counted if counts[place] < smallest or not enough((place,))}
    rest = sorted((place for place in counted if place not in together), key=lambda place: counts[place])
    while together and rest and not _tellable(together, counts, smallest, enough):
        together.add(rest.pop(0))
    return frozenset(together)


def is_tellable(
    counts: Sequence[int], smallest: int, enough: Callable[[Collection[int]], bool] = lambda _places: True
) -> bool:
    """Say whether all counts of a row together can be told at all."""
    counted = [place for place, count in enumerate(counts) if count]
    return not counted or (sum(counts) >= smallest and enough(counted))


def tells_its_parts(places: Collection[int], counts: Sequence[int], smallest: int) -> bool:
    """Say whether the sum of small counts gives each of them away: all are 1, or all as large as can be."""
    of = [counts[place] for place in places]
    return bool(of) and max(of) < smallest and sum(of) in {len(of), len(of) * (smallest - 1)}


def merged_neighbours(counts: Sequence[int], smallest: int) -> list[range]:
    """Divide a row whose order means something (days, how often) into stretches that can be told.

    Stretches are made from the end; what is left over at the beginning goes with the stretch after it.

    Returns:
        Stretches in order, none below ``smallest`` but those of nothing; empty when all together are too few
    """
    if 0 < sum(counts) < smallest:
        return []
    stretches, end, total = list[range](), len(counts), 0
    for place in range(len(counts) - 1, -1, -1):
        total += counts[place]
        if total >= smallest:
            stretches.insert(0, range(place, end))
            end, total = place, 0
    if end and stretches:
        stretches[0] = range(stretches[0].stop) if total else stretches[0]
        if not total:
            stretches.insert(0, range(end))
    elif end:
        stretches = [range(end)]
    return stretches


def _tellable(
    places: Collection[int],
    counts: Sequence[int],
    smallest: int,
    enough: Callable[[Collection[int]], bool],
) -> bool:
    return (
        len(places) > 1
        and sum(counts[place] for place in places) >= smallest
        and not tells_its_parts(places, counts, smallest)
        and enough(places)
    )
