"""What is doubled: texts and files, and how their time grows."""
