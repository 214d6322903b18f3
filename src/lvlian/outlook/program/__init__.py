"""Linear and mixed-integer programmes in named blocks, handed to HiGHS and kept; why one is impossible, in sentences."""

from lvlian.outlook.program.answer import Answer, Progress
from lvlian.outlook.program.blocks import INF, Program
from lvlian.outlook.program.clause import Clause, ProgramError
from lvlian.outlook.program.conflict import Conflict, Repair, explain
from lvlian.outlook.program.session import Session

__all__ = ["INF", "Answer", "Clause", "Conflict", "Program", "ProgramError", "Progress", "Repair", "Session", "explain"]
