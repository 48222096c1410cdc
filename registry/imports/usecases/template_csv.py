"""Give the import template as CSV: the header row, in the encoding that spreadsheets recognize."""

import codecs
import csv
import io

from registry.imports.domain.template_rows import header_row


def template_csv() -> bytes:
    """Return UTF-8 with a byte order mark."""
    text = io.StringIO()
    csv.writer(text).writerow(header_row())
    return codecs.BOM_UTF8 + text.getvalue().encode()
