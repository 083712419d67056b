"""The vendor clouds of the sample firm, as plain WSGI applications.

Here: one module or package per emulated vendor, each with ``create_app(firm, clock, state_dir)``,
the shared helpers (`base`) and the misbehaviours every cloud shows sooner or later (`faults`).

Not here: the firm whose facts they show (`tieout.sandbox.firm`), serving them on a port, and the
connectors that read them (`pipelines`). A vendor app never imports another vendor app.
"""
