"""The vocabulary: keys, periods, clocks, reason codes, errors. Pure Python, no input or output.

Nothing here reads a file, opens a connection or knows a vendor. Configuration lives in
`tieout.config`, the posting protocol in `tieout.posting`.
"""
