"""Asset keys, groups, kinds and owners, in one place, so that lineage is one connected graph.

`source/<system>` (external) -> `raw/<system>/<table>` -> `landed/<vendor>/<table>` -> dbt models by
layer -> `postings/<target>` -> `readback/<target>` -> `ops/<ledger table>` -> reconciliation and
close models -> `published/analytics` -> `close/statement`.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

DATA_PLATFORM = ["team:data-platform"]
FINANCE = ["team:finance"]
_OWNERS = {"reconciliation": FINANCE, "posting": FINANCE, "close": FINANCE, "kpi": FINANCE}


def source_key(system_id: str) -> dg.AssetKey:
    """The external system itself."""
    return dg.AssetKey(["source", system_id])


def raw_key(system_id: str, table: str) -> dg.AssetKey:
    """One landed table of one system."""
    return dg.AssetKey(["raw", system_id, table])


def landed_key(vendor: str, table: str) -> dg.AssetKey:
    """One table of one vendor over all of the firm's systems; a dbt source."""
    return dg.AssetKey(["landed", vendor, table])


def ops_key(table: str) -> dg.AssetKey:
    """One configuration or ledger table; a dbt source."""
    return dg.AssetKey(["ops", table])


def model_key(layer: str, name: str) -> dg.AssetKey:
    """One dbt model."""
    return dg.AssetKey([layer, name])


def posting_key(target: str) -> dg.AssetKey:
    """The postings of one target."""
    return dg.AssetKey(["postings", target])


def readback_key(target: str) -> dg.AssetKey:
    """What the target shows after posting."""
    return dg.AssetKey(["readback", target])


PUBLISHED = dg.AssetKey(["published", "analytics"])
STATEMENT = dg.AssetKey(["close", "statement"])


class ModelTranslator(DagsterDbtTranslator):
    """Keys, groups, owners and descriptions of dbt models and sources."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_asset_checks=True, enable_duplicate_source_asset_keys=True
            )
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`landed/<vendor>/<table>` or `ops/<table>` for sources, `<schema>/<model>` for models."""
        if dbt_resource_props["resource_type"] == "source":
            name = dbt_resource_props["name"]
            if dbt_resource_props["source_name"] == "ops":
                return ops_key(name)
            return landed_key(dbt_resource_props["source_name"], name)
        return model_key(dbt_resource_props["schema"], dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer."""
        return _layer(dbt_resource_props)

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own description, never its SQL."""
        return dbt_resource_props.get("description") or dbt_resource_props["name"]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Finance owns what finance signs; the data platform owns the rest."""
        return _OWNERS.get(_layer(dbt_resource_props), DATA_PLATFORM)


def _layer(props: Mapping[str, Any]) -> str:
    """The first folder below models/, which is the layer."""
    return props["fqn"][1]
