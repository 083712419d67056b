"""Tieout: the domain that others may import.

Here live the rooms that know accounting and nothing of the tools around it: keys and periods
(`domain`), the firm's configuration (`config`), HTTP (`http`), the warehouse file (`warehouse`),
the posting protocol (`posting`), the exception queue (`review`), the close statement (`close`),
the sandbox systems (`sandbox`) and the command line (`cli`).
Extraction lives in `pipelines/`, SQL in `dbt_project/`, the gate in `expectations/`,
orchestration in `assets/`.
"""

__version__ = "0.1.0"
