"""Projects become capacity by quarter: stages and slips, what waits for what, ramps; for one case or for many draws."""

from lvlian.outlook.pipeline.assembly import pipeline
from lvlian.outlook.pipeline.capacity import capacity_of, starts_of
from lvlian.outlook.pipeline.cause import without_factor_delay
from lvlian.outlook.pipeline.load_tables import Tables, load_tables
from lvlian.outlook.pipeline.prior import Priors, Record, Slip, records_of, update
from lvlian.outlook.pipeline.record import Cause, Pipeline

__all__ = [
    "Cause",
    "Pipeline",
    "Priors",
    "Record",
    "Slip",
    "Tables",
    "capacity_of",
    "load_tables",
    "pipeline",
    "records_of",
    "starts_of",
    "update",
    "without_factor_delay",
]
