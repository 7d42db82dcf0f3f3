"""Two reports side by side: policy phrases, themes and sentences, new, kept and gone."""
