"""The gate: what must hold for lines that are about to leave.

Here: the suites (`suites/*.yml`, for people to read and change), their reading (`suite`) and their
running on one frame (`gate`). Great Expectations is used here only, and imported only when a suite
is run. Not here: shape and set logic over whole tables (dbt tests), types at the door
(`pipelines.contracts`), and what happens to a line that fails (`tieout.posting`).
"""
