"""Filing reports by a program: the same checks as a file that is brought to the page, whole or not at all; said twice, filed once."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from ninja import Path, Schema, Status
from pydantic import ConfigDict, Field

from lvlian.site.account.actions.filings import FilingError, file_many, withdraw
from lvlian.site.account.selectors_reports import desk_of, firms_named
from lvlian.site.api.access import opens
from lvlian.site.api.account_records import FILINGS
from lvlian.site.api.errors import WRITING, Fault, Refused
from lvlian.site.api.items import (
    router as router,  # one address, one view: reads and writes of a record stand together
)
from lvlian.site.api.records import REGIONS
from lvlian.site.api.selectors import record
from lvlian.site.api.shapes import Masking, Number, text
from lvlian.site.api.writing import storable
from lvlian.site.org.access import Access

FILING: Any = FILINGS.row_schema()


class Reporting(Schema):
    """Figures of one or more firms and months, in the form of `lvlian.statements/1`; ids and words are both taken. With `whole` what an
    earlier report said and this one leaves out is withdrawn; with `dry_run` nothing is filed."""

    model_config = ConfigDict(extra="forbid")
    region: Number
    statements: list[dict[str, Any]]
    format: text(40) = "lvlian.statements/1"  # type: ignore[valid-type]
    party: text(120) = ""  # type: ignore[valid-type]
    month: text(20) = ""  # type: ignore[valid-type]
    simulated: bool = False
    whole: bool = False
    dry_run: bool = False


class Wrong(Schema):
    place: str
    code: str
    error: str


class Unfit(Fault):
    """422: every problem with its place; nothing was filed."""

    problems: list[Wrong] = []


class Reported(Schema):
    """What was changed; `filings` is empty where everything was said already, and in a dry run. `doubts` are questions, no refusals."""

    counts: dict[str, int]
    doubts: list[str]
    filings: list[FILING] = Field(..., description="The reports as filed, one for each firm and month")


@router.post(
    "/reports",
    response={200: Reported, 201: Reported, **WRITING, 422: Unfit},
    operation_id="file_reports",
    summary="File reports",
    description="The checks are those of the page. The same figures again change nothing and answer 200.",
    tags=["filings"],
)
@opens("report.file")
def file(request: HttpRequest, body: Reporting):  # type: ignore[no-untyped-def]
    from lvlian.chain.report.read_json import records_import
    from lvlian.site.account import intake_reports as intake

    access: Access = request.access  # type: ignore[attr-defined]
    storable(body.statements, "statements")
    region = record(REGIONS, access, body.region, whole=False)
    desk = desk_of(access, region)
    if not desk.works:
        raise Refused(403, _("这个地区没有由您报送的企业。"), "region")
    name = _("接口")
    sent = {"format": body.format, "statements": body.statements, "simulated": body.simulated}
    sent |= {key: value for key, value in (("party", body.party), ("month", body.month)) if value}
    brought = intake.gathered(desk, [records_import(sent, name, intake.names_of(desk))])
    if brought.count:
        return Status(422, _wrong(brought))
    if not brought.said:
        raise Refused(422, _("报表里没有一个数，没有报送。"), "statements")
    difference = intake.compared(access, desk, brought.said, whole=body.whole)
    english = get_language() == "en"
    told: dict[str, Any] = {
        "counts": dict(difference.counts),
        "doubts": [one.message_en if english else one.message_zh for one in difference.doubts],
        "filings": [],
    }
    groups = [] if body.dry_run else intake.groups_of(brought.said, difference)
    if not groups:
        return Status(200, told)
    firms, simulated = desk.firms, body.simulated or desk.whole.simulated
    reports = [
        (firms[party], month, [brought.said[at] for at in places], None, name, simulated)
        for party, month, places in groups
    ]
    try:
        filed = file_many(access, reports, firms_named(desk), whole=body.whole)
    except FilingError as error:
        raise Refused(422, str(error), "statements") from None
    told["filings"] = Masking(access).all_shown(FILINGS, filed)
    return Status(201, told)


def _wrong(brought: Any) -> dict[str, Any]:
    english = get_language() == "en"
    sentence = ngettext("有 %(n)d 处不对，什么也没有报送。", "有 %(n)d 处不对，什么也没有报送。", brought.count)
    problems = [
        {"place": one.origin.cell or str(one.origin), "code": one.code, "error": one.en if english else one.zh}
        for one in brought.problems
    ]
    return {"error": sentence % {"n": brought.count}, "field": "statements", "problems": problems}


class Withdrawing(Schema):
    model_config = ConfigDict(extra="forbid")
    revision: Number
    reason: text(300)  # type: ignore[valid-type]


@router.post(
    "/filings/{id}/withdraw",
    response={200: FILING, **WRITING},
    operation_id="withdraw_filing",
    summary="Withdraw a report",
    description="Its figures count no more; those of the report before it count again.",
    tags=["filings"],
)
@opens("report.file")
def take_back(request: HttpRequest, id: Path[Number], body: Withdrawing):  # type: ignore[no-untyped-def]
    access: Access = request.access  # type: ignore[attr-defined]
    filing = record(FILINGS, access, id)
    access.need("report.file", filing)
    try:
        withdraw(access, filing, body.revision, body.reason)
    except FilingError as error:
        raise Refused(422, str(error), "reason") from None
    return Masking(access).shown(FILINGS, record(FILINGS, access, id))
