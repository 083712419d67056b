"""`tieout-dbt`: dbt on the manifest that is parsed already.

dbt parses its project anew whenever K, the warehouse's path or its target folder differ from the
last time, which is every run: half of the time of a small close. The project itself changes only
with a release, so this command takes the manifest that `assets.manifest` keeps and hands it to
dbt's own runner. What depends on the run (K, P, the warehouse) is rendered when a model is
compiled, from the environment, as always.

Not here: when a manifest is too old (`assets.manifest`) and which models are run (`assets.models`).
"""

import sys

from dbt.cli.main import dbtRunner

from assets.manifest import parsed_manifest

FAILED, REFUSED = 1, 2
"""Exit codes of dbt: a node failed; the command could not be carried out."""


def main() -> None:
    """Run the dbt command on the command line; exit as dbt does."""
    arguments = sys.argv[1:]
    manifest = None if arguments == ["--version"] else parsed_manifest()
    result = dbtRunner(manifest=manifest).invoke(arguments)
    if result.success:
        sys.exit(0)
    if result.exception:
        sys.stderr.write(f"{result.exception}\n")
    sys.exit(REFUSED if result.exception else FAILED)


if __name__ == "__main__":
    main()
