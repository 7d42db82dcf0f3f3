"""yinju 引据: searches Chinese government work reports and cites them, paragraph by paragraph."""
