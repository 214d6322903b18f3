"""A simulation as files: the region, what was reported, the truth, the faults, and a page that says what they are. Same seed, same bytes."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from lvlian.chain.account.load_region import region_data
from lvlian.chain.region import Region
from lvlian.chain.report.write_statements import csv_text, json_text
from lvlian.chain.simulate.faults import FAULT_ZH
from lvlian.chain.simulate.simulation import Simulated
from lvlian.chain.simulate.truth import Month

TRUTH_FORMAT, FAULTS_FORMAT = "lvlian-truth/1", "lvlian-faults/1"


def files_of(simulated: Simulated) -> dict[str, bytes]:
    """Name → content: `region.yaml`, `reports/<month>.csv` and `.json`, `truth.json`, `faults.json`, `README.md`."""
    files = {
        "region.yaml": region_text(simulated.region).encode(),
        "truth.json": _json(truth_record(simulated)),
        "faults.json": _json(faults_record(simulated)),
        "README.md": readme(simulated).encode(),
    }
    for month, statements in simulated.statements.items():
        files[f"reports/{month}.csv"] = csv_text(statements, simulated=True).encode()
        files[f"reports/{month}.json"] = json_text(statements, region=simulated.region.name, simulated=True).encode()
    return files


def region_text(region: Region) -> str:
    """The file of a region that `lvlian.chain.account.load_region` reads: YAML, one line for each firm and each link."""
    data = region_data(region)
    lines = ["# 模拟 simulated: an invented state of a plan's region. Form: docs/account.md."]
    for key, value in data.items():
        if key in ("firms", "links"):
            lines.append(f"{key}:")
            lines += [f"- {json.dumps(entry, ensure_ascii=False)}" for entry in value]
        else:
            lines.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def truth_record(simulated: Simulated) -> dict[str, Any]:
    """Every true figure by month; keys of flows as lists of ids joined by `/`."""
    months = {month: _month(truth) for month, truth in simulated.truth.items()}
    return {
        "format": TRUTH_FORMAT,
        "simulated": True,
        "region": simulated.region.name,
        "seed": simulated.seed,
        "assumptions": [{"zh": a.zh, "en": a.en, "why": a.why} for a in simulated.world.assumptions],
        "months": months,
    }


def _month(truth: Month) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for one in fields(truth):
        table = getattr(truth, one.name)
        if isinstance(table, dict) and table:
            record[one.name] = {
                key if isinstance(key, str) else "/".join(key): float(f"{value:.12g}")
                for key, value in sorted(table.items())
            }
    return record


def faults_record(simulated: Simulated) -> dict[str, Any]:
    """What was planted, fault by fault."""
    names = ("party", "firm", "item", "good", "process", "partner")
    return {
        "format": FAULTS_FORMAT,
        "simulated": True,
        "region": simulated.region.name,
        "seed": simulated.seed,
        "faults": [
            {"kind": f.kind, "zh": FAULT_ZH[f.kind], "month": f.month}
            | {name: part for name, part in zip(names, f.key, strict=True) if part}
            | {"true": f.true, "honest": f.honest, "reported": f.reported, "why": f.why}
            for f in simulated.planted
        ],
    }


def readme(simulated: Simulated) -> str:
    """The page that lies beside the files."""
    months = list(simulated.statements)
    span = months[0] if len(months) == 1 else f"{months[0]} — {months[-1]}"
    count = sum(len(rows) for rows in simulated.statements.values())
    lines = [
        f"# {simulated.region.name} {span}：模拟数据",
        "",
        "**全部为模拟，不是任何企业的报数。** Everything here is simulated; no firm reported any of it.",
        "",
        f"- 种子 {simulated.seed}，同一种子得出相同的文件；{len(simulated.region.firms)} 家企业，{count} 条报数，植入差错 {len(simulated.planted)} 条。",
        f"- Seed {simulated.seed} gives these very files again; {len(simulated.region.firms)} firms, {count} statements, {len(simulated.planted)} planted faults.",
        "",
        "| 文件 file | 内容 content |",
        "|---|---|",
        "| `region.yaml` | 企业、生产线、供需关系 firms, lines, supplies |",
        "| `reports/` | 各月报数（CSV、JSON、Excel）reports by month |",
        "| `truth.json` | 真值，供核对检出率 the truth, to score detection |",
        "| `faults.json` | 植入的差错 what was made wrong |",
        "",
        "## 假设 assumptions",
        "",
    ]
    lines += [f"- {a.zh}（{a.why}）" if a.why else f"- {a.zh}" for a in simulated.world.assumptions]
    return "\n".join(lines) + "\n"


def _json(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
