"""One module per ERP that carries lines to it: `tieout.posting.delivery.<vendor>`.

Here: `base` (the port) and one adapter per vendor, each with `create_delivery(system, session)`.
Not here: the order of the steps and what is remembered (`tieout.posting.run`), the meaning of
reject texts (`tieout.posting.acks`), the sealed files (`tieout.posting.writers`).
"""
