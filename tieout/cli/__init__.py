"""The command line: thin verbs over the rooms below, and what a person sees while they work.

Work that Dagster runs is started through `python -m assets.launch`, so that what was run at a
prompt is a run in the UI as well; this room imports no orchestrator.
"""
