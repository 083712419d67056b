"""Extraction: dlt lands what the systems say, every record and every version kept.

A file here is shared by all vendors; a folder is one vendor and knows no other vendor. What is
landed is typed and contract-checked but not interpreted: meaning begins in `dbt_project/`.
"""
