"""The administrative divisions of China: data, and how texts name them."""
