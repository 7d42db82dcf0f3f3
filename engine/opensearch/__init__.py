"""The engine on an OpenSearch cluster, behind the same protocol as the one on a disk.

A paragraph is a document of an OpenSearch index, and tokens are made here, so that the
cluster needs no plug-in and both engines find the same.

- ``address``: where an index is; ``client``: the connection, and what goes wrong with it
- ``mapping``: what is in the index; ``documents``: paragraphs as its documents
- ``state``: one generation of an index, and which documents belong to it
- ``terms``, ``dsl``: Whoosh's query classes as OpenSearch's queries
- ``request``, ``pages``: a search as a request, hits from its answers
- ``nearest``, ``vocabulary``, ``duplicates``: as their namesakes one folder up; ``sketches``: what
  is kept of a paragraph for the last
- ``lock``, ``bulk``, ``writer``: one change of an index
"""
