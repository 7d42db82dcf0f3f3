"""Files in, labelled paragraphs out."""
