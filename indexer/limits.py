"""How much a reader takes in before it says no: every limit, in one place.

Files come from strangers. A limit that is met ends in a ``ReadError`` that says
what to do, never in a machine that has run out of memory or patience. They sit
far above real reports, which hold some 20,000 characters.
"""

from __future__ import annotations

MEGABYTE = 1024 * 1024

MAX_FILE_BYTES = 100 * MEGABYTE  # one file, and one member of an archive
MAX_CHARACTERS = 5_000_000  # the text of one report; a page of markup, too
MAX_ATTRIBUTES = 5_000  # of one tag of a page; the parser compares each with all others
MAX_FILE_SECONDS = 180  # for reading a file that is no PDF; for cleaning and labelling any
MAX_PAGES = 2_000  # of a PDF or OFD
MAX_PDF_SECONDS = 120  # for a whole PDF, without recognising
MAX_PDF_BYTES_IN_MEMORY = 2048 * MEGABYTE  # of the process that reads a PDF
MAX_SHEET_SECONDS = 120  # for a whole spreadsheet
MAX_SHEET_BYTES_IN_MEMORY = 1024 * MEGABYTE  # of the process that reads a spreadsheet
MAX_OCR_SECONDS = 180  # to recognise one page
MAX_OCR_BYTES_IN_MEMORY = 4096 * MEGABYTE  # of the process that recognises
MAX_OFFICE_SECONDS = 120  # for one conversion by LibreOffice
MAX_OFFICE_CONVERSIONS = 200  # by one LibreOffice, which never gives all its memory back

MAX_ARCHIVE_BYTES = 1024 * MEGABYTE  # a .zip as it lies on disk
MAX_MEMBERS = 10_000  # files in a .zip or .docx
MAX_INFLATED_BYTES = 2048 * MEGABYTE  # what a .zip unpacks to, all members together
MAX_RATIO = 100  # unpacked to packed; text packs to a tenth, bombs to a thousandth
UNSUSPECTED_BYTES = 20 * MEGABYTE  # below this, any ratio is harmless
MAX_DOCX_BYTES = 200 * MEGABYTE  # what a .docx unpacks to, pictures included
MAX_XML_BYTES = 50 * MEGABYTE  # one XML part of a .docx, which becomes a tree in memory
