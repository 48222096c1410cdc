"""Read a description of the organization tree from a file, as `synthesize` writes it."""

import json
from pathlib import Path

from kernel.errors import InvalidError
from registry.domain.org import Level, OrgKind, OrgPlan


def read_plans(path: Path) -> list[OrgPlan]:
    """Return the plans of a JSON file, parents first; raises InvalidError if it is none."""
    try:
        return [
            OrgPlan(
                node["key"], OrgKind(node["kind"]), Level(node["level"]), node["name"],
                node["division"], node["parent"], node["code"],
            )
            for node in json.loads(path.read_text(encoding="utf-8"))
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidError(
            "机构树文件的格式不对", field=str(path), rule="JSON 数组，每项七个键",
            remedy="请参照 xueyin registry synthesize 写出的 orgs.json",
        ) from error  # fmt: skip
