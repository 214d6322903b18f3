"""Incentives: clauses in the style of county policies and innovation measures, properties, and the records by hand."""

from __future__ import annotations

import doctest
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.facts import Incentive
from lvlian.plan.incentives import read_incentives
from lvlian.plan.lexicon import load_lexicon
from lvlian.plan.read import manuscript_from_text

Record = tuple[str, float | None, str | None, str | None]

# text, then (benefit, amount, unit, limit) of each record
CLAUSES: list[tuple[str, list[Record]]] = [
    (
        "对当年新开工且固定资产实际投入超过3000万元的铝型材项目，投产后按设备购置款的8%给予补助，单个项目最高300万元。",
        [("补贴", 300, "万元", "max")],
    ),
    ("企业年度研发费用同比增长的部分，按增量的12%给予研发补贴，每户每年不超过80万元。", [("补贴", 80, "万元", "max")]),
    (
        "入驻标准厂房的企业，前三年免交租金，后两年租金减半收取。",
        [("减免", None, None, None), ("减免", None, None, None)],
    ),
    (
        "引进的博士研究生在本县购房的，给予12万元购房补贴；硕士研究生给予6万元购房补贴。",
        [("补贴", 12, "万元", "exact"), ("补贴", 6, "万元", "exact")],
    ),
    ("全职博士每月发放生活津贴2500元，连续发放36个月。", [("补贴", 2500, "元", "exact")]),
    ("对技术改造贷款按照实际利息支出的40%给予贴息，贴息总额最高60万元。", [("贴息", 60, "万元", "max")]),
    ("企业投保短期出口信用保险的，按实缴保费的45%给予补贴。", [("补贴", 45, "%", "exact")]),
    ("省级重点项目用地，出让底价可按所在地工业用地最低价的70%确定。", [("用地", None, None, None)]),
    ("园区内铝加工企业用电，每千瓦时补贴0.03元。", [("补贴", 0.03, "元", "exact")]),
    ("对通过铁路外运铝材的企业，每吨给予25元物流补贴，单户年度补贴上限为40万元。", [("补贴", 25, "元", "exact")]),
    (
        "在沪深交易所主板首次公开发行股票的企业，一次性奖励600万元；在新三板挂牌的，一次性奖励60万元。",
        [("奖励", 600, "万元", "exact"), ("奖励", 60, "万元", "exact")],
    ),
    ("高层次人才按其缴纳个人所得税地方留成部分的80%给予奖励。", [("奖励", 80, "%", "exact")]),
    (
        "年主营业务收入首次突破1亿元、5亿元、10亿元的工业企业，分别奖励10万元、30万元和80万元。",
        [("奖励", 10, "万元", "exact"), ("奖励", 30, "万元", "exact"), ("奖励", 80, "万元", "exact")],
    ),
    ("每新认定1家专精特新企业，给予所在园区运营机构5万元奖励。", [("奖励", 5, "万元", "exact")]),
    (
        "首次获评国家级绿色工厂的，一次性奖励50万元，获评省级的，奖励20万元。",
        [("奖励", 50, "万元", "exact"), ("奖励", 20, "万元", "exact")],
    ),
    (
        "将重大铝精深加工项目纳入市级重点项目库，优先保障用能指标。",
        [("重点项目", None, None, None), ("能耗", None, None, None)],
    ),
    ("鼓励银行机构面向再生铝企业开发应收账款质押贷款产品。", [("融资", None, None, None)]),
    ("支持符合条件的企业发行绿色债券。", [("融资", None, None, None)]),
    ("对环保绩效A级企业，重污染天气期间不列入停产限产名单。", [("豁免", None, None, None)]),
    ("新购置的环保设备，按购置额的10%予以补助，最高不超过50万元。", [("补贴", 50, "万元", "max")]),
    ("对租用公共仓库的电商企业，按年租金的30%给予补贴，同一企业补贴期不超过2年。", [("补贴", 30, "%", "exact")]),
    (
        "参加境外展会的企业，展位费全额补贴，人员费用每人补贴5000元。",
        [("补贴", None, None, None), ("补贴", 5000, "元", "exact")],
    ),
    ("对承担省级科技重大专项的单位，给予省拨经费20%的配套资助，最高200万元。", [("补贴", 200, "万元", "max")]),
    (
        "新建省级、市级重点实验室分别给予120万元、40万元建设经费。",
        [("资金", 120, "万元", "exact"), ("资金", 40, "万元", "exact")],
    ),
    (
        "对获得中国专利金奖、银奖、优秀奖的，分别奖励100万元、50万元、20万元。",
        [("奖励", 100, "万元", "exact"), ("奖励", 50, "万元", "exact"), ("奖励", 20, "万元", "exact")],
    ),
    (
        "技术合同成交额达到500万元以上的，按实际成交额的1%给予奖励，每家机构每年最高20万元。",
        [("奖励", 20, "万元", "max")],
    ),
    ("科技型中小企业可申领最高10万元的创新券。", [("补贴", 10, "万元", "max")]),
    ("职务科技成果转让净收益的70%以上奖励给研发团队。", [("奖励", 70, "%", "exact")]),
    ("符合条件的企业享受研发费用税前加计扣除政策。", [("减免", None, None, None)]),
    ("对落户企业高管子女入学，由教育部门优先安排。", [("优先", None, None, None)]),
    ("纳税大户可享受一企一策的重点帮扶。", [("重点服务", None, None, None)]),
    ("对总投资20亿元以上的龙头项目，实行一事一议。", [("一事一议", None, None, None)]),
    ("对成长型企业，市级财政给予不低于30万元的扶持资金。", [("资金", 30, "万元", "exact")]),
    ("给予最高500万元、期限最长3年的信用贷款授信。", [("融资", 500, "万元", "max")]),
    ("对企业利用存量土地建设多层厂房的，不再增收土地价款。", [("用地", None, None, None)]),
    ("对新设立的外贸企业，进出口额每满100万美元奖励3万元人民币，最高30万元。", [("奖励", 3, "万元", "exact")]),
    (
        "企业缴纳的城镇土地使用税地方留成部分，第一年返还100%，第二年返还50%。",
        [("退税", 100, "%", "exact"), ("退税", 50, "%", "exact")],
    ),
    ("对采购本地铝材达1000万元以上的终端企业，按采购额的1%—2%给予奖励。", [("奖励", 1, "%", "exact")]),
    ("优先推荐符合条件的企业申报国家技术创新示范项目。", [("优先", None, None, None)]),
    ("加大对再生铝回收网点的信贷支持力度。", [("融资", None, None, None)]),
    ("对获批建设的院士工作站，分三年给予共150万元经费支持，每年50万元。", [("资金", 150, "万元", "exact")]),
    ("租赁人才公寓的，租金按市场价格的50%收取。", [("减免", 50, "%", "exact")]),
    (
        "对符合条件的人才给予安家补贴，其中A类200万元、B类100万元、C类50万元。",
        [("补贴", 200, "万元", "exact"), ("补贴", 100, "万元", "exact"), ("补贴", 50, "万元", "exact")],
    ),
    ("对县内企业间铝液直供，按每吨10元的标准补贴供需双方。", [("补贴", 10, "元", "exact")]),
    ("行政事业性收费县级留成部分一律免收。", [("减免", None, None, None)]),
    ("企业上云费用，按实际支出给予50%、最高5万元的一次性补助。", [("补贴", 5, "万元", "max")]),
    (
        "对固定资产投资5000万元—1亿元的项目，奖励50万元；1亿元以上的，奖励120万元。",
        [("奖励", 50, "万元", "exact"), ("奖励", 120, "万元", "exact")],
    ),
    (
        "对新招用本地劳动力并签订1年以上合同的企业，按每人1000元标准给予一次性吸纳就业补贴。",
        [("补贴", 1000, "元", "exact")],
    ),
    ("设立总规模5亿元的铝产业引导基金，重点投向铝精深加工项目。", [("融资", None, None, None)]),
    ("为规上企业开通审批绿色通道。", [("审批", None, None, None)]),
    ("对列入省级首台（套）目录的装备，按销售额的5%奖励研制单位，最高100万元。", [("奖励", 100, "万元", "max")]),
    (
        "对租赁厂房的企业给予补贴：年租金50万元以下的补贴30%，50万元以上的补贴20%，补贴总额最高不超过30万元。",
        [("补贴", 30, "%", "exact"), ("补贴", 20, "%", "exact"), ("补贴", 30, "万元", "max")],
    ),
    (
        "对首次认定的创新平台按以下标准给予奖励：\n1.国家级平台，奖励200万元；\n2.省级平台，100万元；\n3.市级平台，30万元。",
        [("奖励", 200, "万元", "exact"), ("奖励", 100, "万元", "exact"), ("奖励", 30, "万元", "exact")],
    ),
    (
        "奖励标准：获评国家级的奖励40万元，省级的奖励20万元。",
        [("奖励", 40, "万元", "exact"), ("奖励", 20, "万元", "exact")],
    ),
    ("对规上企业新购工业机器人，按每台2万元给予补贴，单个企业累计最高100万元。", [("补贴", 2, "万元", "exact")]),
    (
        "对新增入库的限上批发、零售、住宿、餐饮企业分别给予5万元、4万元、3万元、3万元奖励。",
        [
            ("奖励", 5, "万元", "exact"),
            ("奖励", 4, "万元", "exact"),
            ("奖励", 3, "万元", "exact"),
            ("奖励", 3, "万元", "exact"),
        ],
    ),
    ("鼓励企业开展清洁生产审核，对通过自愿性清洁生产审核的企业补助8万元。", [("补贴", 8, "万元", "exact")]),
    ("支持企业建设数字化车间，按软硬件投入的15%给予不超过60万元补助。", [("补贴", 60, "万元", "max")]),
    ("设备融资租赁费用按年利率3%予以贴息，期限不超过两年，每年不超过50万元。", [("贴息", 50, "万元", "max")]),
    (
        "标准厂房首层租金补贴每平方米每月5元，二层以上每平方米每月8元。",
        [("补贴", 5, "元", "exact"), ("补贴", 8, "元", "exact")],
    ),
    ("企业自建厂房容积率超过1.5的，免收城市基础设施配套费。", [("减免", None, None, None)]),
    (
        "对企业引进的急需紧缺人才，五年内免费提供人才公寓，并给予每年3万元生活补助。",
        [("减免", None, None, None), ("补贴", 3, "万元", "exact")],
    ),
    (
        "落户企业自投产年度起，前三年按企业所得税地方留成部分的100%、后两年按50%给予扶持奖励。",
        [("奖励", 100, "%", "exact"), ("奖励", 50, "%", "exact")],
    ),
    ("外贸企业在境外设立公共海外仓的，一次性给予30万元支持。", [("资金", 30, "万元", "exact")]),
    ("农产品冷链企业用电执行农业生产电价。", [("用电", None, None, None)]),
    ("对重大项目用能实行单列，能耗指标由省级统筹保障。", [("能耗", None, None, None)]),
    ("对科技特派员每人每年给予2万元工作经费。", [("资金", 2, "万元", "exact")]),
    ("中小微企业首次贷款，按贷款金额的1%给予贴息补助，最高10万元。", [("贴息", 10, "万元", "max")]),
    ("重点人才创业项目可获得最高1000万元股权投资支持。", [("融资", 1000, "万元", "max")]),
    ("“链主”企业每引进1家配套企业，奖励“链主”企业20万元，最高不超过100万元。", [("奖励", 20, "万元", "exact")]),
    ("年度地方经济贡献增长10%以上的企业，按增量部分的30%奖励企业经营团队。", [("奖励", 30, "%", "exact")]),
    (
        "对参与制定国际标准、国家标准、行业标准排名前三的单位，每项分别给予50万元、20万元、10万元资助。",
        [("补贴", 50, "万元", "exact"), ("补贴", 20, "万元", "exact"), ("补贴", 10, "万元", "exact")],
    ),
    ("对建成投用的光伏发电项目，按实际发电量给予0.1元/千瓦时补贴，补贴期3年。", [("补贴", 0.1, "元/千瓦时", "exact")]),
    ("国家高新技术企业减按15%的税率征收企业所得税。", [("减免", 15, "%", "exact")]),
    (
        "对返乡创业人员给予最高20万元创业担保贷款，财政按贷款利息的50%贴息。",
        [("融资", 20, "万元", "max"), ("贴息", 50, "%", "exact")],
    ),
    (
        "对孵化器每毕业1家企业奖励2万元，每培育1家高新技术企业再奖励5万元。",
        [("奖励", 2, "万元", "exact"), ("奖励", 5, "万元", "exact")],
    ),
    ("专项资金支持比例原则上不超过项目总投资的30%，单个项目支持金额不超过500万元。", [("资金", 500, "万元", "max")]),
    ("采用后补助方式，对验收合格的项目给予实际研发投入30%的补助。", [("补贴", 30, "%", "exact")]),
    ("推荐优秀企业家参评劳动模范，在子女入学、就医等方面提供绿色通道服务。", [("审批", None, None, None)]),
    (
        "获得国家科技进步一等奖、二等奖的第一完成单位，分别奖励300万元、200万元。",
        [("奖励", 300, "万元", "exact"), ("奖励", 200, "万元", "exact")],
    ),
    ("从企业年度新增税收县级留成部分中安排50%用于支持企业扩大再生产。", [("资金", 50, "%", "exact")]),
    ("物流企业购置新能源货车，每辆一次性补贴1.5万元。", [("补贴", 1.5, "万元", "exact")]),
    ("工业用电按每千瓦时0.05元给予补贴。", [("补贴", 0.05, "元", "exact")]),
    ("奖励资金按每100万元投资给予1万元的标准计发。", [("奖励", 1, "万元", "exact")]),
    (
        "对在县内注册的物流企业，新购置重型货车的，每辆给予1万元补贴，每户企业最高补贴20万元；购置新能源货车的，补贴标准提高50%。",
        [("补贴", 1, "万元", "exact"), ("补贴", 50, "%", "exact")],
    ),
    ("对获得省长质量奖的企业，在省级奖励基础上再奖励50万元。", [("奖励", 50, "万元", "exact")]),
    ("对符合条件的项目，按省级补助金额的50%予以配套，最高不超过100万元。", [("补贴", 100, "万元", "max")]),
    ("推行“拨改投”，对早期科技企业给予最高300万元直接股权投资。", [("融资", 300, "万元", "max")]),
    ("鼓励企业吸纳高校毕业生就业，符合条件的可申请社会保险补贴。", [("补贴", None, None, None)]),
    ("对链主企业本地配套率提高的部分，每提高1个百分点奖励5万元。", [("奖励", 5, "万元", "exact")]),
    ("工业项目竣工投产后，按每亩2万元标准予以基础设施配套补助。", [("补贴", 2, "万元", "exact")]),
    ("对于在我市建设的铝灰综合利用项目，优先配置能耗和环境容量指标。", [("优先", None, None, None)]),
    (
        "首次纳统的规上服务业企业奖励5万元，对统计人员每人每年补助1200元。",
        [("奖励", 5, "万元", "exact"), ("补贴", 1200, "元", "exact")],
    ),
    ("对新获得CNAS认可的检测机构，给予15万元的一次性奖励。", [("奖励", 15, "万元", "exact")]),
    ("支持企业参与“揭榜挂帅”，对中榜项目给予榜额30%、最高500万元的资助。", [("补贴", 500, "万元", "max")]),
    ("高层次人才子女可按意愿优先安排到公办学校就读。", [("优先", None, None, None)]),
    (
        "对获评“瞪羚”“独角兽”称号的企业，分别给予30万元、300万元奖励。",
        [("奖励", 30, "万元", "exact"), ("奖励", 300, "万元", "exact")],
    ),
    (
        "租用办公用房自用的，连续三年按房屋租金市场指导价的50%、40%、30%给予补贴。",
        [("补贴", 50, "%", "exact"), ("补贴", 40, "%", "exact"), ("补贴", 30, "%", "exact")],
    ),
    ("企业增资扩产的新增土地，容积率提高的部分不再增收土地价款。", [("用地", None, None, None)]),
    (
        "对新认定的绿色工厂给予奖励。其中国家级奖励50万元、省级奖励20万元。",
        [("奖励", 50, "万元", "exact"), ("奖励", 20, "万元", "exact")],
    ),
    (
        "对投产项目给予绩效奖励。前三年给予80%的奖励，后两年给予50%的奖励。",
        [("奖励", 80, "%", "exact"), ("奖励", 50, "%", "exact")],
    ),
    (
        "对成长型企业给予奖励。对首次上规企业，给予5万元补助。",
        [("奖励", None, None, None), ("补贴", 5, "万元", "exact")],
    ),
    ("鼓励金融机构创新知识产权质押等产品，加大对科技型企业的支持力度。", [("融资", None, None, None)]),
    ("落实首台套保险补偿政策。", [("保险补偿", None, None, None)]),
    ("对符合条件的数据中心项目给予能耗指标支持。", [("能耗", None, None, None)]),
    ("对新建算力中心用电价格给予优惠。", [("用电", None, None, None)]),
    ("对急需紧缺人才给予安家补助、科研启动经费等支持。", [("补贴", None, None, None), ("资金", None, None, None)]),
    ("从事旅游业的企业，前三年缴纳的企业所得税县级留成部分全额返还。", [("退税", None, None, None)]),
    ("符合条件的困难企业可缓缴社会保险费，缓缴期限不超过6个月。", [("减免", None, None, None)]),
    ("为新开办企业免费刻制首套印章。", [("减免", None, None, None)]),
    ("安排专项资金，用于支持民营企业技术改造和人才引进。", [("资金", None, None, None)]),
    ("统筹用好制造业专项资金，支持人工智能重大项目建设。", [("资金", None, None, None)]),
    (
        "对中小企业第二季度用电按实际缴费的5%给予补助，用水按0.8元/吨给予补助，单家企业合计补助不超过50万元。",
        [("补贴", 5, "%", "exact"), ("补贴", 0.8, "元/吨", "exact"), ("补贴", 50, "万元", "max")],
    ),
    ("设立人工智能产业基金，重点投向大模型、智能终端等领域。", [("融资", None, None, None)]),
    ("对人工智能企业研发费用按100%加计扣除。", [("减免", 100, "%", "exact")]),
    ("外来投资者子女就学，与本地居民子女同等对待。", [("优惠政策", None, None, None)]),
]
NOTHING = [
    "政府性融资担保机构对小微企业收取的担保费率不得高于1%。",
    "同一项目符合多项政策的，按照就高原则执行，不重复享受奖励。",
    "弄虚作假骗取奖补资金的，追回已拨付的200万元资金。",
    "到2027年，全县研发投入达到20亿元，高新技术企业突破100家。",
    "各部门要加大政策宣传力度，确保奖励政策落实到位。",
    "本办法自印发之日起施行，有效期3年。",
    "支持铝产业做大做强，推动产业高质量发展。",
    "奖补资金由市、县财政按6:4比例分担，次年兑现。",
    "工信局会同财政局负责资金的申报、审核和拨付工作。",
    "2023年全市兑现奖补资金2.3亿元，惠及企业560家。",
    "公司获得政府补助3000万元。",
    "银行为该企业发放贷款2亿元。",
    "力争培育1家产值超百亿元企业，给予产业发展有力支撑。",
    "企业应当按照规定缴纳10%的保证金。",
    "对未按期开工的项目，收回土地并处出让金20%的违约金。",
    "截至目前，全市累计为企业减免税费2.3亿元。",
    "今年以来，金融机构累计发放贷款120亿元，支持铝产业链企业发展。",
    "当地政府在用地、用电等方面给予了大力支持。",
    "企业负责人表示，政府给予的优惠政策让公司发展更有信心。",
    "近年来，该市优先发展铝精深加工产业，优先布局再生铝项目。",
    "公司先后获得国家专项资金支持5000万元。",
    "银行为企业授信5亿元，有力保障了项目建设。",
    "受益于减税政策，企业利润同比增长20%。",
    "每年安排100万元贴息资金。",
    "逾期未反馈意见的，视同同意。",
]


def records(text: str) -> list[Record]:
    return [(f.benefit, f.amount, f.unit, f.limit) for f in read_incentives(manuscript_from_text(text))]


@pytest.mark.parametrize(("text", "expected"), CLAUSES, ids=[text[:24] for text, _ in CLAUSES])
def test_a_clause_gives_its_records(text: str, expected: list[Record]) -> None:
    assert records(text) == expected


@pytest.mark.parametrize("text", NOTHING, ids=[text[:24] for text in NOTHING])
def test_what_gives_nothing(text: str) -> None:
    assert records(text) == []


def only(text: str) -> Incentive:
    facts = read_incentives(manuscript_from_text(text))
    assert len(facts) == 1
    return facts[0]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("对当年投产的再生铝企业，按照设备投资的8%给予补助。", "当年投产的再生铝企业"),
        ("在县城购房的技能人才，给予3万元补贴。", "在县城购房的技能人才"),
        ("首次通过两化融合贯标的，奖励8万元。", "首次通过两化融合贯标的"),
        ("将重大技改项目列入市级重点项目清单。", "重大技改项目"),
        ("引导金融机构加大对废铝回收企业的信贷支持力度。", "废铝回收企业"),
        ("支持铝型材企业参加首批次应用保险补偿机制。", "铝型材企业"),
    ],
)
def test_who_can_obtain_it(text: str, who: str) -> None:
    assert only(text).who == who


def test_each_level_of_a_list_has_its_own_recipient() -> None:
    facts = read_incentives(manuscript_from_text("对新认定的国家级、省级工业设计中心，分别奖励80万元、30万元。"))
    assert [(f.who, f.amount) for f in facts] == [
        ("新认定的国家级工业设计中心", 80),
        ("新认定的省级工业设计中心", 30),
    ]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("对新入规企业连续3年每年奖励2万元。", "连续3年"),
        ("对首次入统的企业一次性奖励6万元。", "一次性"),
        ("对园区内的孵化企业前两年免收物业费。", "前两年"),
    ],
)
def test_how_long_it_is_given(text: str, duration: str) -> None:
    assert only(text).duration == duration


def test_a_title_gives_nothing_and_its_body_does() -> None:
    text = "三、支持企业上市融资\n（一）鼓励企业挂牌上市。对在境外上市的企业，奖励200万元。"
    assert records(text) == [("奖励", 200, "万元", "exact")]


def test_the_names_of_papers_give_nothing() -> None:
    assert records("根据《关于给予企业100万元奖励的若干政策》，制定本细则。") == []


def test_a_fact_carries_its_words_and_its_section() -> None:
    text = "一、人才政策\n对引进的高级技师，\n给予5 万元安家补贴。\n"
    fact = only(text)
    assert fact.start is not None
    assert text[fact.start : fact.start + len(fact.quote)] == fact.quote
    assert fact.quote == "对引进的高级技师，\n给予5 万元安家补贴"
    assert fact.section == "一、人才政策"
    assert fact.confidence > 0.9
    assert fact.reason is None


def test_a_doubtful_fact_gives_a_reason() -> None:
    fact = only("对成长性好的企业，可实行一事一议。")
    assert fact.confidence < 0.75
    assert fact.reason


def test_a_fact_names_the_entry_that_made_it() -> None:
    groups = load_lexicon("incentives").groups
    for text, _ in CLAUSES:
        for fact in read_incentives(manuscript_from_text(text)):
            file, group, _ = fact.made_by[0].split(":", 2)
            assert file == "incentives"
            assert group in groups, text


PIECES = st.sampled_from(
    [
        *[
            "对",
            "支持",
            "企业",
            "项目",
            "给予",
            "奖励",
            "补贴",
            "最高",
            "不超过",
            "100万元",
            "5%—8%",
            "每年",
            "、",
            "，",
            "；",
            "。",
            "（",
            "）",
            "《",
            "》",
            "分别",
            "和",
            "的",
            "按",
            "享受",
            "减免",
        ],
        *[
            "优先",
            "用地",
            "一事一议",
            "1.",
            "（一）",
            "连续3年",
            "贷款",
            "贴息",
            "将",
            "列入",
            "重点项目",
            "“",
            "”",
            "：",
            "其中",
            "国家级",
            "二",
            "亿元",
            "资金",
            "用于",
        ],
        *["金融机构", "加大", "力度", "可", "在", "方面", "保障", "元/吨", "每", "以上"],
        "\n",
        " ",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_is_read_and_every_quote_is_exact(text: str) -> None:
    for fact in read_incentives(manuscript_from_text(text)):
        assert fact.start is not None
        assert fact.quote
        assert text[fact.start : fact.start + len(fact.quote)] == fact.quote
        assert 0 < fact.confidence <= 1
        assert (fact.amount is None) == (fact.unit is None) == (fact.limit is None)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read_incentives(manuscript_from_text(text)) == read_incentives(manuscript_from_text(text))


def scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", folder / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_five_plans_against_the_records_by_hand(shared: Path) -> None:
    score = scorer(shared)
    hits = known = found = 0
    for record in sorted((shared / "gold").glob("*.json")):
        text = (shared / "plans" / f"{record.stem}.txt").read_text(encoding="utf-8")
        expected = json.loads(record.read_text(encoding="utf-8"))["incentives"]
        got = [f.to_json() for f in read_incentives(manuscript_from_text(text))]
        pairs = score.pair(
            "incentives",
            score.occurrences(text, expected, "incentives", record.stem),
            score.occurrences(text, got, "incentives", record.stem),
        )
        hits += sum(full for _, _, full in pairs)
        known += len(expected)
        found += len(got)
    assert known > 90
    assert hits / found >= 0.95
    assert 2 * hits / (known + found) >= 0.90


def test_the_examples_of_the_page(root: Path) -> None:
    page = root / "docs" / "incentives.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    text = "\n".join("" if line.startswith("```") else line for line in lines)  # the fences are no output
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert len(test.examples) > 10
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0
