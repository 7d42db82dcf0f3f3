"""What assistants may ask: tools of the Model Context Protocol over an index.

Reports are written by others, so their text may hold sentences that look like orders to an
assistant. The tools only read, and the text of reports stands in fields of its own inside JSON,
which no text can leave. The instructions of the server, and a notice in each answer, name these
fields as quoted material.
"""
