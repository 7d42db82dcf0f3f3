"""Figures that paragraphs give for what a query asks: a grammar of its own, a page, an API.

Each step is a module and knows only those before it:

- ``numerals`` reads Chinese numerals, ``figures`` numbers with their units and bounds;
- ``phrases`` lists the words that may stand between an indicator and its figure;
- ``attaching`` gives each figure to the indicator it belongs to;
- ``dating`` finds the year of a figure, and whether it is a result or a target;
- ``collecting`` does all this for the hits of a query;
- ``table`` and ``curve`` arrange the values, ``page`` shows them.

General libraries for numbers in Chinese get the forms of reports wrong. They compute in floating
point (16.4亿 becomes 1639999999), read 两三 as 23, lose the bound of 20万人以上 because the unit
stands before it, and do not know 个百分点, 成 and 余. So numbers are decimals here, and a form that
the grammar does not know gives no value.
"""
