"""One module per ERP that writes its import files: `tieout.posting.writers.<vendor>`.

Here: `base` (the port and the batch header) and one writer per vendor, each with
`create_writer()`. Not here: sealing, hashing and storing the files (`tieout.posting.seal`).
"""
