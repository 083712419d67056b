"""One module per ERP that reads its answers: `tieout.posting.acks.<vendor>`.

Here: `base` (reject text -> reason code) and one table of rules per vendor. Not here: the
request itself (`tieout.posting.delivery`) and the reasons' owners (`tieout.domain.reasons`).
"""
