"""The engine on an OpenSearch cluster, behind the same protocols as the embedded engine.

A paragraph is a document of an OpenSearch index. Tokens are made here, so that the cluster
needs no plug-in and both engines find the same paragraphs.

- ``address``, ``client``: where an index is; the connection, and the errors of requests
- ``mapping``: the fields of the index; ``documents``, ``new_documents``: reading and writing
  paragraphs as its documents
- ``state``: one generation of the index, and which documents are live in it
- ``engine``, ``searcher``: the newest generation; questions to one generation
- ``execution``: a plan's queries run; ``terms``: what planning asks of the index; ``dsl``:
  Whoosh's query classes as OpenSearch's queries; ``request``, ``pages``: a search as a request,
  and its hits; ``rescoring``: the first hits scored again
- ``listing``, ``vocabulary``: what the index holds, apart from any query
- ``lock``, ``bulk``, ``writer``: one change of the index
- ``sketches``, ``duplicates``: which paragraphs say nearly the same
"""
