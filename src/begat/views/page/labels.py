"""The words of the ranking page, in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass

from begat.discovery import named

__all__ = ["LANGUAGES", "Labels", "labels"]


@dataclass(frozen=True)
class Labels:
    """Every text of the ranking page in one language; a language that lacks one can't be made.

    Words in braces are filled in. `numbers` are the numbers from 0 that are written in words; the others
    are written in digits.
    """

    lang: str
    title: str
    headline_tied: str
    headline_first: str
    headline_ranked: str
    headline_none: str
    lead: str
    lead_tied: str
    lead_plain: str
    lead_none: str
    numbers: tuple[str, ...]
    comma: str
    table: str
    on_this_page: str
    count_ranked: str
    count_unranked: str
    count_draws: str
    place: str
    institution: str
    between: str
    score: str
    coverage: str
    rank: str
    tier: str
    tier_tied: str
    tier_one: str
    how_to_read: str
    not_scored: str
    first_share: str
    median: str
    bounds: str
    bounds_range: str
    opens: str
    reset: str
    sorted_down: str
    sorted_up: str
    partial: str
    partial_note: str
    unranked: str
    unranked_note: str
    unranked_reason: str
    no_reason: str
    more_in_csv: str
    dimensions: Mapping[str, str]
    by_dimension: str
    dimension_scored: str
    dimension_all: str
    dimension_reason: str
    weight: str
    trend: str
    trend_note: str
    trend_published: str
    trend_bands: str
    score_trend: str
    name: str
    trend_moves: str
    trend_moved: str
    trend_no_moves: str
    trend_never: str
    movers: str
    move: str
    move_supported: str
    move_unsupported: str
    breaks: str
    trend_description: str
    weights: str
    weights_note: str
    weights_description: str
    inside: str
    indicator: str
    weight_set: str
    weight_got: str
    effect: str
    effect_spearman: str
    method: str
    formula: str
    formulas: Mapping[str, str]
    missing: str
    missings: Mapping[str, str]
    intervals: str
    intervals_note: str
    rule_source: str
    weights_of_dimensions: str
    basis: str
    basis_note: str
    again: str
    again_note: str
    open_note: str
    data: str
    data_note: str
    as_csv: str
    as_json: str
    sources: str
    source: str
    licence: str
    date: str
    no_licence: str
    footer: str
    kinds: Mapping[str, str]

    def number(self, count: int) -> str:
        """Return a number as it is written in a sentence."""
        return self.numbers[count] if count < len(self.numbers) else f"{count:,}"


EN = Labels(
    lang="en",
    title="Ranking of institutions",
    headline_tied="{count} institutions can’t be told apart at the top",
    headline_first="{name} alone is in the first tier",
    headline_ranked="{count} ranked in four dimensions",
    headline_none="No institution has an overall rank",
    lead="Influence of institutions in open AI. {method}, edition {edition}.",
    lead_tied=(
        "Ranked again by {draws} other defensible methods, the intervals of these overlap, so no winner is "
        "named. In alphabetical order: {names}."
    ),
    lead_plain="No intervals were computed: how far these ranks depend on the method is not known.",
    lead_none="The overall rank needs all four dimensions. Below is who is scored in which, and why not.",
    numbers=(
        *("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven"),
        "Twelve",
    ),
    comma=", ",
    table="Ranking",
    on_this_page="On this page",
    count_ranked="institutions ranked",
    count_unranked="without an overall rank",
    count_draws="other methods tried",
    place="Rank",
    institution="Institution",
    between="90% interval",
    score="Score",
    coverage="Coverage",
    rank="rank",
    tier="Tier {tier}",
    tier_tied="{count} institutions that can’t be told apart",
    tier_one="one institution",
    how_to_read=(
        "The dot is the rank, the bar the interval that holds it in 90% of the other methods. Where bars "
        "overlap, the order is not supported. # is the rank in a dimension. Open a name for more."
    ),
    not_scored="not scored",
    first_share=(
        "Share of the methods in which it is first {first}, among the first three {three}, among the "
        "first ten {ten}."
    ),
    median="Median rank {median}.",
    bounds="Rank bounds",
    bounds_range="Rank bounds if everything missing were 0 or at its best: {low}–{high}.",
    opens="Open these numbers:",
    reset="Back to tiers",
    sorted_down="Sorted by {column}, largest first.",
    sorted_up="Sorted by {column}, smallest first.",
    partial="Scored in some dimensions",
    partial_note=(
        "These have no overall rank because a dimension could not be scored. Nothing missing is taken for 0."
    ),
    unranked="Not ranked",
    unranked_note="Institutions that could not be scored in any dimension, by the reason.",
    unranked_reason="{reason}: {count}",
    no_reason="no reason recorded",
    more_in_csv="and {count} more, all in the CSV",
    dimensions={"data": "Data", "model": "Model", "system": "System", "evaluation": "Evaluation"},
    by_dimension="Who is scored",
    dimension_scored="{scored} institutions scored, {not_scored} not",
    dimension_all="all {scored} institutions scored",
    dimension_reason="{count}: {reason}",
    weight="weight {weight}",
    trend="Rank over time",
    trend_published=(
        "By the published method, OSIR-LMTS, over its editions; this page’s own method ranks one state of "
        "the data."
    ),
    trend_note="Dotted steps marked ≠ join editions that can’t be compared.",
    trend_bands=(
        "Behind each name its interval in the newest edition; point at a line to see its interval over time."
    ),
    score_trend="Score over time",
    name="Name",
    trend_moves=(
        "Between {before} and {now}, the last two editions that can be compared, {moved} of {count} "
        "changed their rank; the intervals support {supported} of these moves."
    ),
    trend_moved=(
        "Between {before} and {now}, the last two editions that can be compared, {moved} of {count} "
        "changed their rank."
    ),
    trend_no_moves=(
        "Between {before} and {now}, the last two editions that can be compared, nobody changed rank."
    ),
    trend_never="No two editions in a row can be compared.",
    movers="Largest moves from {before} to {now}",
    move="{name}: from rank {before} to {now}",
    move_supported="the intervals lie apart",
    move_unsupported="not supported, the intervals overlap",
    breaks="Why editions can’t be compared",
    trend_description=(
        "The first {count} of {edition} in {editions} editions; the table of the same page gives the "
        "newest figures."
    ),
    weights="The weight you set, the weight you got",
    weights_note=(
        "Frame: the weight that the method sets. Bar: the share that each dimension had in deciding the "
        "ranking, from its squared correlation with the overall score. Where they differ, the weights do "
        "not say what matters."
    ),
    weights_description="Share of the weight set and of the weight got; the table below gives the numbers.",
    inside="Inside {dimension}: {count} indicators",
    indicator="Indicator",
    weight_set="Weight set",
    weight_got="Weight got",
    effect="Squared correlation",
    effect_spearman="Squared rank correlation",
    method="How it is made",
    formula="Formula",
    formulas={
        "osir-53": (
            "Every indicator is divided by its largest value among the institutions listed. The score of a "
            "dimension is the weighted mean of its indicators. The overall score adds, for each dimension, "
            "its weight divided by log₂(rank in it + 1): ranks enter, not scores."
        ),
        "begat-53": (
            "Every indicator is brought to 0 to 1 against a fixed goal, counts on a logarithmic scale. The "
            "score of a dimension is the weighted mean of its indicators by sub-dimension. The overall score "
            "is the power mean of the four dimensions with exponent ½, which rewards balance."
        ),
    },
    missing="What missing means",
    missings={
        "osir-53": (
            "The published tables know no missing value: what was not found counts as 0. An institution "
            "with nothing at all still scores above 0, because every rank earns something."
        ),
        "begat-53": (
            "A value that nobody recorded is missing and not 0. A dimension with less than 60% of its weight "
            "recorded is not scored, and without all four there is no overall rank. The bounds say where an "
            "institution would stand if everything missing were 0, or at its best."
        ),
    },
    intervals="Intervals and tiers",
    intervals_note=(
        "{draws} draws, seed {seed}. Each takes another normalisation, aggregation and set of weights, "
        "leaves "
        "out at most one indicator a dimension, and draws the items again. The interval holds the rank "
        "in 90% "
        "of them. Who can’t be told apart from the first of a tier is in that tier."
    ),
    rule_source="Where the rule is from",
    weights_of_dimensions="Weights",
    basis="Data",
    basis_note="Snapshot {name}; SHA-256 of its tables {digest}.",
    again="Make this page again",
    again_note="The same snapshot and command give the same page, to the byte.",
    open_note="Open any number down to the rows behind it:",
    data="Data",
    data_note="All rows and columns of this page, to check or to draw again.",
    as_csv="Ranking as CSV",
    as_json="Ranking as JSON",
    sources="Sources",
    source="Source",
    licence="Licence",
    date="Date",
    no_licence="none stated",
    footer="Made by begat {version}. The order of institutions inside a tier is not supported by the data.",
    kinds={
        "company": "company",
        "non-profit": "non-profit",
        "research-institute": "research institute",
        "university": "university",
        "government": "government",
        "community": "community",
        "person": "person",
    },
)

ZH = Labels(
    lang="zh-Hans",
    title="机构排名",
    headline_tied="{count} 家机构并列领先，难分高下",
    headline_first="{name} 独居第一梯队",
    headline_ranked="{count} 家机构的四维排名",
    headline_none="没有机构获得总排名",
    lead="各机构在开放人工智能领域的影响力。{method}，{edition} 期。",
    lead_tied=(
        "换用另外 {draws} 种合理方法重新排名，以下机构的名次区间相互重叠，因此不指明第一名（排名不分先后）："
        "{names}。"
    ),
    lead_plain="未计算名次区间：这些名次在多大程度上取决于方法，尚不清楚。",
    lead_none="总排名需要四个维度都有得分。下面列出各机构在哪些维度有得分，以及没有得分的原因。",
    numbers=(),
    comma="、",
    table="排名",
    on_this_page="本页内容",
    count_ranked="家机构有总排名",
    count_unranked="家机构无总排名",
    count_draws="种其他方法",
    place="名次",
    institution="机构",
    between="90% 区间",
    score="总分",
    coverage="覆盖率",
    rank="名次",
    tier="第 {tier} 梯队",
    tier_tied="{count} 家机构，难分高下",
    tier_one="1 家机构",
    how_to_read=(
        "圆点为名次，横条为 90% 的其他方法下名次所在的区间。区间重叠时，先后次序缺乏依据。# 为该维度内的"
        "名次。点开名称可查看详情。"
    ),
    not_scored="无得分",
    first_share="在各种方法中居第一的占 {first}，进入前三的占 {three}，进入前十的占 {ten}。",
    median="名次中位数 {median}。",
    bounds="名次上下限",
    bounds_range="若所有缺失值均取 0 或最佳值，名次上下限为 {low}–{high}。",
    opens="逐层展开这些数字：",
    reset="恢复梯队分组",
    sorted_down="已按{column}从大到小排序。",
    sorted_up="已按{column}从小到大排序。",
    partial="部分维度有得分",
    partial_note="这些机构因至少一个维度无法评分而没有总排名。缺失值绝不当作 0。",
    unranked="未排名",
    unranked_note="在任何维度都无法评分的机构，按原因分列。",
    unranked_reason="{reason}：{count} 家",
    no_reason="未记录原因",
    more_in_csv="另有 {count} 家，均见 CSV 文件",
    dimensions={"data": "数据", "model": "模型", "system": "系统", "evaluation": "评测"},
    by_dimension="各维度评分范围",
    dimension_scored="{scored} 家机构有得分，{not_scored} 家没有",
    dimension_all="全部 {scored} 家机构有得分",
    dimension_reason="{count} 家：{reason}",
    weight="权重 {weight}",
    trend="名次变化",
    trend_published="按已发布的方法 OSIR-LMTS 的各期计算；本页的方法只对一个时点的数据排名。",
    trend_note="标有 ≠ 的虚线连接的两期不可比。",
    trend_bands="名称后为最新一期的名次区间；指向一条线可查看其区间的变化。",
    score_trend="得分变化",
    name="名称",
    trend_moves=(
        "在最近可比的两期 {before} 与 {now} 之间，{count} 个中有 {moved} 个名次变动，其中区间支持的有"
        " {supported} 个。"
    ),
    trend_moved="在最近可比的两期 {before} 与 {now} 之间，{count} 个中有 {moved} 个名次变动。",
    trend_no_moves="在最近可比的两期 {before} 与 {now} 之间，没有名次变动。",
    trend_never="没有任何相邻两期可比。",
    movers="{before} 至 {now} 的最大变动",
    move="{name}：第 {before} 名 → 第 {now} 名",
    move_supported="区间互不重叠",
    move_unsupported="区间重叠，缺乏依据",
    breaks="各期为何不可比",
    trend_description="{edition} 期的前 {count} 名在 {editions} 期中的情况；最新名次见本页表格。",
    weights="设定的权重与实际的权重",
    weights_note=(
        "框为方法设定的权重；条为各维度对排名的实际决定份额，由其与总分的相关系数平方得出。两者不一致时，"
        "设定的权重并不代表实际的重要性。"
    ),
    weights_description="设定权重与实际权重的份额；具体数值见下表。",
    inside="{dimension}维度：{count} 项指标",
    indicator="指标",
    weight_set="设定权重",
    weight_got="实际权重",
    effect="相关系数平方",
    effect_spearman="秩相关系数平方",
    method="方法说明",
    formula="公式",
    formulas={
        "osir-53": (
            "每项指标除以所列机构中的最大值；维度得分为其指标的加权平均；总分对每个维度累加“权重 ÷ log₂("
            "维度名次 + 1)”：进入总分的是名次，而不是得分。"
        ),
        "begat-53": (
            "每项指标按固定目标值换算到 0 至 1，计数取对数；维度得分为各子维度指标的加权平均；总分为四个"
            "维度的幂平均，指数为 ½，鼓励均衡。"
        ),
    },
    missing="缺失值的含义",
    missings={
        "osir-53": (
            "已公布的表格中没有缺失值：未找到的一律计为 0。即使一无所有的机构得分也高于 0，因为任何名次都"
            "有分。"
        ),
        "begat-53": (
            "无人记录的数值视为缺失，而不是 0。维度中有记录的权重不足 60% 时不评分；四个维度不齐全则没有"
            "总排名。上下限表示若所有缺失值均取 0 或最佳值时该机构的名次。"
        ),
    },
    intervals="区间与梯队",
    intervals_note=(
        "共抽取 {draws} 次，随机种子 {seed}。每次换用另一种归一化、汇总方式和一组权重，每个维度至多去掉一"
        "项指标，并重新抽取条目。区间包含 90% 抽取中的名次。与梯队首位难分高下者同属该梯队。"
    ),
    rule_source="规则来源",
    weights_of_dimensions="权重",
    basis="数据",
    basis_note="快照 {name}；其表格的 SHA-256 为 {digest}。",
    again="重新生成本页",
    again_note="同一快照与同一命令生成逐字节相同的页面。",
    open_note="将任一数字展开到其背后的数据行：",
    data="数据",
    data_note="本页的全部行与列，可供核对或重新作图。",
    as_csv="排名（CSV）",
    as_json="排名（JSON）",
    sources="数据来源",
    source="来源",
    licence="许可证",
    date="日期",
    no_licence="未注明",
    footer="由 begat {version} 生成。同一梯队内的先后次序缺乏数据支持。",
    kinds={
        "company": "企业",
        "non-profit": "非营利机构",
        "research-institute": "研究机构",
        "university": "高校",
        "government": "政府机构",
        "community": "社区",
        "person": "个人",
    },
)

LANGUAGES = {"en": EN, "zh": ZH}


def labels(lang: str) -> Labels:
    """Return the words of a language.

    Raises
    ------
    UnknownName
        If there are none.
    """
    return named("language", lang, LANGUAGES)
