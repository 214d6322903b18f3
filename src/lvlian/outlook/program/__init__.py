"""Linear and mixed-integer programmes in named blocks, handed to HiGHS and kept; why one is impossible, in sentences."""

from lvlian.outlook.program.alternative import Alternative, alternatives
from lvlian.outlook.program.answer import Answer, Progress
from lvlian.outlook.program.blocks import INF, Program
from lvlian.outlook.program.clause import Clause, ProgramError
from lvlian.outlook.program.conflict import Conflict, Give, Repair
from lvlian.outlook.program.goals import Objective, Point, front, lexicographic
from lvlian.outlook.program.price import Prices, prices
from lvlian.outlook.program.reasons import explain, repair_of
from lvlian.outlook.program.session import Session

__all__ = [
    "INF",
    "Alternative",
    "Answer",
    "Clause",
    "Conflict",
    "Give",
    "Objective",
    "Point",
    "Prices",
    "Program",
    "ProgramError",
    "Progress",
    "Repair",
    "Session",
    "alternatives",
    "explain",
    "front",
    "lexicographic",
    "prices",
    "repair_of",
]
