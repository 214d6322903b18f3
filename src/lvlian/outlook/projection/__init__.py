"""The projection: what the chain makes quarter by quarter, what that does to the plan's goals, and what holds each quarter back."""

from lvlian.outlook.projection.binding import Bind, binding
from lvlian.outlook.projection.chain import Chain, chain_of
from lvlian.outlook.projection.compare import Difference, compare
from lvlian.outlook.projection.courses import Course
from lvlian.outlook.projection.measure import Bench, Figures, Measure, bench_of
from lvlian.outlook.projection.projection import Projection, from_json, project
from lvlian.outlook.projection.reach import Reach, accepted, measure_of, reach
from lvlian.outlook.projection.rows import IndicatorRow, LimitRow, ProjectRow, RiskRow
from lvlian.outlook.projection.run import Run, run
from lvlian.outlook.projection.sensitivity import Swing, sensitivity
from lvlian.outlook.projection.stage import Stage

__all__ = [
    "Bench",
    "Bind",
    "Chain",
    "Course",
    "Difference",
    "Figures",
    "IndicatorRow",
    "LimitRow",
    "Measure",
    "ProjectRow",
    "Projection",
    "Reach",
    "RiskRow",
    "Run",
    "Stage",
    "Swing",
    "accepted",
    "bench_of",
    "binding",
    "chain_of",
    "compare",
    "from_json",
    "measure_of",
    "project",
    "reach",
    "run",
    "sensitivity",
]
