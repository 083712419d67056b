"""The exception queue: what is wrong, whose it is, since when and how much hangs on it.

Here: reading the queue (`queue`). Not here: how exceptions come to be
(`dbt_project/models/close/fct_exceptions`), the list of reasons (`tieout.domain.reasons`) and the
command that shows them (`tieout.cli`).
"""
