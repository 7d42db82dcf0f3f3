"""What stands on a page beside its text: annotations and the values of form fields."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

from pypdfium2 import raw

_SILENT = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_FILEATTACHMENT)
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_MAX_ANNOTATIONS = 2_000  # of a page
_MAX_BYTES = 200_000  # of one annotation's text


def additions(page: Any, form: Any) -> Iterator[str]:
    """The texts of a page's annotations and filled-in fields, in the order of the file.

    ``form`` is PDFium's handle of the document's form; None where there is no form.
    """
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        text = ""
        if kind == raw.FPDF_ANNOT_WIDGET:
            text = _field_value(form, annotation) if form else ""
        elif kind not in _SILENT and not raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            text = _contents(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if text.strip():
            yield text


def _contents(annotation: Any) -> str:
    return _string(
        lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
    )


def _field_value(form: Any, annotation: Any) -> str:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind not in (
        raw.FPDF_FORMFIELD_TEXTFIELD,
        raw.FPDF_FORMFIELD_COMBOBOX,
        raw.FPDF_FORMFIELD_LISTBOX,
    ):
        return ""
    return _string(
        lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size)
    )


def _string(get: Callable[[Any, int], int]) -> str:
    """What a function of PDFium writes into a buffer as UTF-16; "" where it is too long."""
    size = get(None, 0)
    if not 2 < size <= _MAX_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
