"""The server of the pages: ``yinju serve``.

Granian reads requests in Rust threads that no slow client can hold. A request that has come in
whole is answered by the Flask app in one of a few threads (``asgi``). The workers are processes
that share the memory of an index which was opened before they began (``workers``).
"""
