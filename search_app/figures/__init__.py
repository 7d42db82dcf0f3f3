"""Figures of indicators: a grammar of its own finds them in paragraphs, for several views.

Each step is a module and knows only those before it:

- ``numerals`` reads Chinese numerals, ``figures`` numbers with their units and bounds;
- ``phrases`` lists the words that may stand between an indicator and its figure;
- ``attaching`` gives each figure to the indicator it belongs to;
- ``dating`` finds the year of a figure, and whether it is a result or a target;
- ``collecting`` does all this for a paragraph, and ``indicators`` finds what there is to ask for;
- ``words`` and ``present`` say it to people and programs.

General libraries for numbers in Chinese get the forms of reports wrong. They compute in floating
point (16.4亿 becomes 1639999999), read 两三 as 23, lose the bound of 20万人以上 because the unit
stands before it, and do not know 个百分点, 成 and 余. So numbers are decimals here, and a form that
the grammar does not know gives no value.
"""
