"""A real Tryton server for the sandbox: the ERP of the sample firm's British entity.

Here: finding its environment (`environment`), an initialised database that is copied instead of
built again (`template`), the server process (`server`), a JSON-RPC client (`rpc`), the figures of
the sample firm as Tryton records (`plan`), their creation over HTTP (`seeding`, `books`) and dating
(`backdating`), a small set of books for trials (`sample`), and the short way to a ready server
(`ready`).

Not here: the connector (`pipelines.tryton`) and the delivery (`tieout.posting.delivery.tryton`).

Tryton is GPL software: it runs as a process of its own in an environment of its own, is spoken to
over HTTP only and never imported; no seeded database is part of the product.
"""
