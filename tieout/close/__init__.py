"""The close statement: what finance reads, prints and signs, made from the published marts.

Here: the sections and their queries (`sections`), charts (`charts`), the statement file
(`statement`, `templates/`). Not here: the figures; `dbt_project/models/close` computes them.
"""
