"""The patterns that goals are read with, built once from `lexicon/goals.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.lexicon import alternation, built_from_lexicon, load_lexicon

_PERIOD_WORDS = (
    r"(?:到|至|截至|截止)?[“‘「]?十[一二三四五六七八九]?五[”’」]?(?:规划)?(?:期间|时期|期末|末|期|以来|初)?"
    r"|(?:到|至|截至|截止|自|从)?(?:19|20)\d\d(?:年)?(?:[—–~至-](?:19|20)?\d{2,4}年?)?(?:(?:上|下)半年|[一二三四1-4]季度|第[一二三四]季度|\d{1,2}月(?:份)?(?:\d{1,2}日)?)?(?:底|末|初|前|年底|年末|期间|内|以前)*"
    r"|(?:今|明|本|当|去|上|前|后)年(?:底|末|内|前|初)*|年(?:底|末|内)前?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?:底|末|前|初)*"
    r"|每(?:年|月|季度|周|半年)|(?:上|下)半年|(?:第)?[一二三四]季度(?:末)?|(?:未来|近)?[一二三四五\d]{1,2}[—–-]?[一二三四五\d]{0,2}年(?:内|左右)"
)


_KEEPS = (
    r"(?:以上|为主|年产|年均|有色|有机|有效|中国|中小|到位|在建|在岗|建成区|对外|使用|可再生|可比|从业|及时"
    r"|均衡|各类|以下|实现率|完成率|保持率|要素|再生|约束|将军|重点产业|主要产品|主营|重点企业|为民|基本|累计投资)"
)
"""Words that begin like an introduction (可, 有, 年 …) and are part of an indicator."""


@dataclass(frozen=True, slots=True)
class GoalGrammar:
    """Compiled patterns; see the groups of the lexicon for what each holds."""

    op_before: re.Pattern[str]
    op_after: re.Pattern[str]
    after_group: dict[str, str]
    op_of: dict[str, str]
    leading: re.Pattern[str]
    keeps: re.Pattern[str]
    trailing: re.Pattern[str]
    quote_lead: re.Pattern[str]
    subject: re.Pattern[str]
    head: re.Pattern[str]
    head_end: re.Pattern[str]
    value_head_end: re.Pattern[str]
    not_goals: re.Pattern[str]
    event_words: re.Pattern[str]
    refers_back: re.Pattern[str]
    granted: re.Pattern[str]
    change: re.Pattern[str]
    change_noun: re.Pattern[str]
    rate: re.Pattern[str]
    past: re.Pattern[str]
    past_lead: re.Pattern[str]
    past_figure: re.Pattern[str]
    future: re.Pattern[str]
    benefit: re.Pattern[str]
    qualifies: re.Pattern[str]
    not_noun: re.Pattern[str]
    not_counted: re.Pattern[str]
    goal_verb: re.Pattern[str]
    count_verb: re.Pattern[str]
    verb_noun: re.Pattern[str]
    comparison: re.Pattern[str]
    period_words: re.Pattern[str]
    time_head: re.Pattern[str]
    at_least: re.Pattern[str]
    promised: re.Pattern[str]
    after_done: re.Pattern[str]
    threshold: re.Pattern[str]
    counted_lead: re.Pattern[str]
    plain_verbs: re.Pattern[str]
    project_behind: re.Pattern[str]
    head_then_verb: re.Pattern[str]
    count_units: frozenset[str]
    firm_first: re.Pattern[str]
    firm_end: re.Pattern[str]
    firm_figure: re.Pattern[str]
    spec_units: frozenset[str]
    time_units: frozenset[str]


@built_from_lexicon
def goal_grammar() -> GoalGrammar:
    """Raises LexiconError where a user's lexicon is wrong."""
    lexicon = load_lexicon("goals")
    before = ("ge_before", "gt_before", "le_before", "lt_before", "about_before")
    after = ("ge_after", "gt_after", "le_after", "lt_after", "about_after")
    op_of = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "about": "~"}
    verbs = lexicon.pattern("verbs")
    change = lexicon.pattern("change_verbs")
    companies = load_lexicon("projects").pattern("firm_ends")
    goal_verbs = [
        w
        for w in lexicon.words("verbs")
        if w
        not in (
            "为",
            "是",
            "在",
            "到",
            "至",
            "了",
            "以",
            "有",
            "各",
            "都",
            "均",
            "占",
            "将",
            "可",
            "已",
            "近",
            "约",
            "总",
            "也",
            "并",
            "且",
            "再",
            "仅",
            "只",
        )
    ]
    compared = {w for g in (*before, *after) for w in lexicon.words(g)}
    plain = [w for w in goal_verbs if w not in compared] + ["年产"]
    return GoalGrammar(
        op_before=re.compile("(?:" + "|".join(f"(?P<{g}>{lexicon.pattern(g)})" for g in before) + ")(?:了|到|为)?$"),
        op_after=re.compile(rf"(?P<incl>（含[^（）]{{0,8}}）)?(?P<word>{lexicon.pattern(*after)})"),
        after_group={w: g for g in after for w in lexicon.words(g)},
        op_of={f"{k}_{side}": op for k, op in op_of.items() for side in ("before", "after")},
        leading=re.compile(rf"(?:(?!{_KEEPS}){lexicon.pattern('lead_in')})+"),
        keeps=re.compile(_KEEPS),
        trailing=re.compile(rf"(?:{verbs}|{change}|[，：“]|（|\s)+$"),
        quote_lead=re.compile(r"(?:[、，：；]|和(?=\S)|及(?=\S))+"),
        subject=re.compile(
            rf"(?:{lexicon.pattern('subjects')}|(?!高于|低于|快于|优于|超过|形成|具有|占领|开拓|引领|新增|培育|建成|获得|争创|引进|打造)[\u4e00-\u9fff]{{2,5}}(?:省(?!级)|市(?![场值民价级容政])|县(?!级)|州|旗)(?=[\u4e00-\u9fff])|[\u4e00-\u9fff（）]{{2,20}}?{companies}(?:股份)?(?:有限)?(?:责任)?(?:公司)?(?=[\u4e00-\u9fff]{{2}}))"
        ),
        head=re.compile(lexicon.pattern("heads")),
        head_end=re.compile(rf"{lexicon.pattern('heads', 'counted_heads')}$"),
        value_head_end=re.compile(rf"{lexicon.pattern('heads')}$"),
        not_goals=re.compile(lexicon.pattern("not_goals") + "(?:约|达|为|近|共|$)*$"),
        event_words=re.compile(lexicon.pattern("event_words")),
        refers_back=re.compile(lexicon.pattern("refers_back") + "$"),
        granted=re.compile(
            r"给予|予以|一次性|最高(?:不超过)?\d|(?:奖励|补助|补贴|资助|贴息|奖|补)(?:\d|企业|金额|标准)|按.{1,30}(?:奖励|补助|补贴|资助|贴息)|予以.{0,10}支持|享受"
        ),
        change=re.compile(rf"{change}(?:了|约|近|超过|不低于|超|达)*$"),
        change_noun=re.compile(lexicon.pattern("change_nouns")),
        rate=re.compile(lexicon.pattern("rate_words")),
        past=re.compile(lexicon.pattern("past_words")),
        past_lead=re.compile(r"(?:截至|截止)(?:目前|20\d\d)|目前|去年|上年"),
        past_figure=re.compile(r"\d"),
        future=re.compile(r"力争|预计|计划|将|争取|确保|目标|拟|规划|有望|届时|后，?$|可实现|可达"),
        benefit=re.compile(lexicon.pattern("benefit_words")),
        qualifies=re.compile(lexicon.pattern("qualifies")),
        not_noun=re.compile(lexicon.pattern("not_noun")),
        not_counted=re.compile(
            rf"^(?:政策|措施|举措|意见|任务|有色金属|方面|环节|层面|阶段|领域|原则|维度|角度)|{lexicon.pattern('not_counted')}$"
        ),
        goal_verb=re.compile(alternation(goal_verbs)),
        count_verb=re.compile(rf"{alternation(goal_verbs)}(?:{lexicon.pattern(*before)})?$"),
        verb_noun=re.compile(
            r"(?:总?投资|产值|税收|装机|占地|就业|销售|出口|进口|增值|贷款|融资|年产|消费|发电|用电|投入)(?=(?:达到|达|约|超过|近|为|额)*$)"
        ),
        comparison=re.compile(
            rf"(?:较|比|与)(?:{_PERIOD_WORDS}|同期|上年同期)+(?:相比)?|(?:在)?(?:{_PERIOD_WORDS})?(?:的)?基础上|以(?:{_PERIOD_WORDS})为基数?"
        ),
        period_words=re.compile(f"(?:{_PERIOD_WORDS})"),
        time_head=re.compile(lexicon.pattern("time_heads")),
        at_least=re.compile(r"至少|不少于|不低于"),
        promised=re.compile(r"将(?!军)|预计|可实现|可达|有望|届时|(?:建成|达产|投产)后"),
        after_done=re.compile(r"(?:建成|达产|投产|竣工|完工)(?:达产|投产)?后"),
        threshold=re.compile(r"(?:不低于|不少于|不得低于|低于|高于|不高于|不超过|不得超过)$"),
        counted_lead=re.compile(
            r"(?:获得|争创|创建|培育|引进|招引|新增|新建|建成|打造|认定|新认定|实施|提供|安排|培养|组织|发放|创造)+(?=.{3,})"
        ),
        plain_verbs=re.compile(rf"{alternation(plain)}+$"),
        project_behind=re.compile(
            r"(?:以上)?(?:的)?[^，、；。]{0,24}?(?:项目|工程|技改|变电站|机组|系统|装置|厂房|车间|熔炼炉)|[^，；。\d]{1,24}?(?:、[^，；。]{1,30})?等(?:项目|工程)"
        ),
        head_then_verb=re.compile(
            r"(?P<noun>[^，、；]{0,14}?(?:产能|能力|规模|产量|产值|收入|投资|税收))(?:优先|向|用于|将|就|全部|全|实现|建|投|，|$)"
        ),
        count_units=frozenset(lexicon.words("count_units")),
        firm_first=re.compile(
            rf"(?:{lexicon.pattern('firm_leads')})?(?P<firm>[\u4e00-\u9fff（）]{{2,24}}?{lexicon.pattern('firm_ends')})"
            rf"(?![\u4e00-\u9fff]{{0,4}}{lexicon.pattern('firm_ends')}|[、和及与等])"
        ),
        firm_end=re.compile(rf"{lexicon.pattern('firm_ends')}|企业"),
        firm_figure=re.compile(lexicon.pattern("firm_figures")),
        spec_units=frozenset(lexicon.words("spec_units")),
        time_units=frozenset(lexicon.words("time_units")),
    )
