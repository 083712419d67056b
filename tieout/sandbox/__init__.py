"""The sandbox: a sample firm and emulators of the vendor systems it uses.

`firm/` builds the firm's data, `vendors/` shows it over each vendor's HTTP API.
"""
