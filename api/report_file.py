"""A section of a report as a file: CSV that Excel opens as it is and that runs nothing."""

from __future__ import annotations

import csv
from io import StringIO

from api.ledger_file import harmless
from api.reading.report_period import Period
from incidents.reports.section import Section


def report_file(section: Section, period: Period) -> bytes:
    """Write a section's table; one without figures says why, below its title."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows = section.rows or (section.says,)
    for row in (("期間", *(section.headings or (section.title,))), *((period.words, *row) for row in rows)):
        writer.writerow([harmless(str(cell)) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def report_file_name(section: Section, period: Period) -> str:
    """Name the file: ASCII, with the period."""
    return f"toukei-{section.id}-{period.first}-{period.last}.csv"
