"""What the readers of Word's formats share: the package, styles, numbers, signs, tables."""
