"""What the keys of parameter tables are called when a person reads them (参数的键): a table is looked up by codes, told in Chinese.

A number is told with its unit, a code by its word. What a room beside the house adds under a code of its own is told as that code.
"""

from collections.abc import Sequence

#: Codes by the name of the key, as the tables' heads have it.
WORDS: dict[str, dict[str, str]] = {
    "insurance": {
        "employee_pension": "企业职工基本养老保险",
        "civil_service_pension": "机关事业单位基本养老保险",
        "resident_pension": "城乡居民基本养老保险",
        "land_pension": "被征地农民养老保障",
        "unemployment": "失业保险",
        "injury": "工伤保险",
        "maternity": "生育保险",
        "employee_medical": "职工基本医疗保险",
        "resident_medical": "城乡居民基本医疗保险",
    },
    "payer": {"employer": "单位缴费", "individual": "个人缴费", "employee": "职工", "flexible": "灵活就业人员", "total": "合计"},
    "condition": {
        "working_age_years": "最低就业年龄",
        "index_cap_times": "缴费基数上限为平均工资的倍数",
        "resident_age_years": "城乡居民参保最低年龄",
        "near_retirement_months": "临近退休的月数",
        "unproven_back_payment_months": "无须法律文书的一次性补缴月数",
        "deferral_months": "缓缴期限",
        "reconsideration_days": "行政复议申请期限",
        "litigation_months": "行政诉讼起诉期限",
        "rate_objection_working_days": "费率异议期",
        "old_age_years": "高龄人员年龄",
        "assisted_visit_working_days": "协助认证完成期限",
        "certification_months": "待遇资格认证周期",
        "trace_of_life_days": "生存痕迹有效天数",
        "rural_grant_continuous_months": "农民合同制工人连续工作月数",
        "unemployment_start_ahead_months": "失业保险金起发可推后的月数",
        "case_bill_due_days": "单笔核定缴清期限",
        "rest_day_term_rule": "缴费期限遇休息日（1 不顺延，2 顺延至次一工作日）",
        "list_at_once_people": "名单即时办结人数",
        "list_limit_working_days": "超过即时办结人数的名单办理时限",
        "month_at_once_cases": "本月即时办结件数",
        "month_limit_working_days": "超过本月即时办结件数的办理时限",
        "wage_asked_times": "申报工资须核对确认的倍数",
        "wage_impossible_times": "申报工资视为录入错误的倍数",
        "payment_order_days": "缴费码有效期",
        "overpayment_instalments": "多领待遇分期退还的最多期数",
    },
    "occasion": {
        "normal": "顺产",
        "difficult": "难产",
        "extra_child": "多胞胎每多一个婴儿",
        "miscarriage_under_4_months": "怀孕未满四个月流产",
        "miscarriage_4_months_or_more": "怀孕满四个月流产",
    },
    "ground": {"special_work": "特殊工种", "lost_capacity": "完全丧失劳动能力"},
    "item": {
        "supplement": "加发（独生子女父母、无子女等）",
        "adjustment": "调节金",
        "local_supplement": "地方补充养老保险待遇",
        "city_subsidy": "市过渡性补贴",
        "subsidy": "补贴（定额、地区）",
        "long_service": "长缴补贴",
        "heating": "取暖费",
        "plateau": "高原津贴",
        "age": "城乡居民高龄加发",
        "years": "城乡居民年限基础养老金",
    },
    "gender": {"1": "男", "2": "女"},
    "direction": {"early": "提前", "late": "延迟"},
    "kind": {
        "heavy": "繁重体力劳动",
        "hot": "高温、井下、高空",
        "harmful": "有毒有害",
        "levy": "征缴计划",
        "pay": "待遇发放计划",
        "refunds": "退费批次",
        "resident-medical": "居民医保征缴计划",
        "resident-pension": "居民养老征缴计划",
    },
}
#: Numbers by the name of the key.
NUMBERS = {
    "year": "{} 年",
    "risk_class": "{} 类风险行业",
    "step": "第 {} 档",
    "grade": "{} 级",
    "age": "{} 岁",
    "from_age": "{} 周岁起",
    "from_years": "满 {} 年起",
    "from_month": "第 {} 个月起",
    "from_months": "满 {} 个月起",
}
#: What the keys themselves are called, where somebody chooses one.
KEYS = {
    "insurance": "险种", "payer": "缴费主体", "condition": "条件", "occasion": "情形", "ground": "事由", "item": "项目",
    "gender": "性别", "direction": "方向", "kind": "类别",
    "year": "年度", "risk_class": "行业风险类别", "step": "浮动档次", "grade": "伤残等级", "age": "年龄", "from_age": "起始周岁", "from_years": "满年数",
    "from_month": "领取月次", "from_months": "满月数",
}  # fmt: skip
#: What the columns are called.
COLUMNS = {
    "value": "数值", "floor": "下限", "ceiling": "上限", "lowest": "最低", "highest": "最高", "grade_from": "起补档次", "from_500": "500 元及以上档次",
    "men": "男", "women": "女", "class1_yuan": "金额", "class1_months": "月数", "month": "月份（0 为每月）", "day": "日", "offset": "相隔月数或年数",
    "first_month": "缴费年度起始月", "due_day": "次月缴费期限（日）", "days": "天数", "lump_sum_months": "一次性补助月数", "allowance_percent": "津贴比例",
    "fund_pays": "基金支付津贴", "medical_months": "医疗补助月数", "employment_months": "就业补助月数", "funeral_months": "丧葬补助月数",
    "grant_multiple": "工亡补助倍数", "single_payment": "单笔金额", "full_within_years": "距退休年数（按足额）", "short_months": "年限不足时的月数",
    "short_months_plus": "每多一年增加月数", "short_years": "年限界限", "pensioner_floor": "退休人员抚恤金最低月数", "cap_below_years": "以本人缴费额为限的年限",
    "months": "月数", "plus_per_year": "每多一年增加月数", "notice_months": "提前告知月数", "age": "年龄", "years": "年数", "from_age": "起始年龄",
    "scheme_start_year": "制度起始年", "months_per_year": "每满一年月数", "months_max": "最多月数", "dependant_months": "抚恤金月数",
    "dependants_max": "供养人数上限", "each_months": "每满月数", "plus": "增加月数", "remainder_from": "余数视同满的月数", "until_months": "已知至月数",
    "more_than_usual": "超出通常的份额", "yuan": "定额", "yuan_per_year": "每满一年",
    "paid_by": "支付渠道（0 文件未写明，1 基金，2 财政，3 单位）", "base_yuan": "缴费基数", "rate_percent": "费率", "fixed_yuan": "定额调整",
    "first_years": "首段缴费年数（没有分段填 0）", "first_yuan_per_year": "首段每年", "further_yuan_per_year": "其余每年",
    "least_yuan": "年限挂钩最低金额（没有填 0）", "part_year": "不满一年的算法（1 按一年，2 按半年，12 按月）", "level_percent": "与养老金水平挂钩的百分数",
    "rounding_fen": "水平挂钩的进位（0 四舍五入到分，1 进到分，10 进到角，100 进到元）", "age_70": "年满 70 岁加发", "age_75": "年满 75 岁加发",
    "age_80": "年满 80 岁加发", "age_85": "年满 85 岁加发", "age_90": "年满 90 岁加发", "age_95": "年满 95 岁加发", "age_100": "年满 100 岁加发",
    "extra_from_years": "加发起始年数", "extra_per_year": "每年加发", "payout_months": "计发月数",
}  # fmt: skip
#: Units of tables in words; one that says more than a word says it here.
UNITS = {
    "yuan; percent; codes as the columns say": "元/月；%；按各列说明", "0 not said, 1 fund, 2 finance, 3 employer": "按列说明",
    "base in yuan a month; rate in percent": "基数元/月；费率 %",
    "yuan a month": "元/月", "yuan a year": "元/年", "yuan": "元", "yuan, months": "元；月", "month": "月", "months": "月", "day": "天", "year": "年",
    "years; months": "年；月", "0 or 1": "0 否，1 是", "1 = by month, 0 = whole years of age": "1 按月，0 按整岁", "decimals": "位小数",
    "fraction a day": "每日比例", "fraction": "份额（1 为全部）",
    "percent": "%", "percent a year": "%（年）", "percent of last month": "上月的 %", "percent of the base": "缴费基数的 %",
    "percent of the benchmark rate": "基准费率的 %", "percent of the contribution wages": "缴费工资的 %",
    "percent of the pooled average wage": "统筹地区平均工资的 %", "month of own wage; percent; 1 = the fund pays the allowance": "本人工资月数；%；1 为基金支付",
    "month of the provincial average wage": "全省平均工资月数", "month of the standard": "月标准的月数",
    "month of the standard for each full year": "每满一年的月标准月数", "month; multiple": "月；倍", "month; notice in calendar months": "月；提前告知的月数",
    "month; years of contributions below which what the person paid caps both grants": "月；以本人缴费额为限的年限", "month; yuan": "月",
    "month, day, years": "月、日、年", "month number, day of the next month": "月份；次月的日",
    "month number, day of the month, months or years": "月份；日；月或年",
    "by name, years of age, months, days, working days or times as the name ends": "按条件名称：岁、月、天、工作日或倍",
}  # fmt: skip


def words_of(names: Sequence[str], keys: Sequence[str]) -> str:
    """Keys of a table in words, in order: ("insurance", "payer"), ("injury", "employer") is 工伤保险、单位缴费."""
    return "、".join(_word(name, key) for name, key in zip(names, keys, strict=True))


def _word(name: str, key: str) -> str:
    if name in NUMBERS:
        return NUMBERS[name].format(key)
    words = WORDS.get(name)
    if words is None or key in words:
        return words[key] if words is not None else key
    # A condition of one item alone: its name, a dot, the code of the item.
    whole, _, item = key.partition(".")
    return f"{words[whole]}（{item}）" if item and whole in words else key
