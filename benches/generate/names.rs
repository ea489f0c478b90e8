//! Word lists of people and jobs. All made up by combination; nobody is meant.

#[rustfmt::skip]
pub const SURNAMES: [(&str, &str); 40] = [
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"), ("赵", "zhao"), ("黄", "huang"),
    ("周", "zhou"), ("吴", "wu"), ("徐", "xu"), ("孙", "sun"), ("胡", "hu"), ("朱", "zhu"), ("高", "gao"), ("林", "lin"),
    ("何", "he"), ("郭", "guo"), ("马", "ma"), ("罗", "luo"), ("梁", "liang"), ("宋", "song"), ("郑", "zheng"), ("谢", "xie"),
    ("韩", "han"), ("唐", "tang"), ("冯", "feng"), ("于", "yu"), ("董", "dong"), ("萧", "xiao"), ("程", "cheng"), ("曹", "cao"),
    ("袁", "yuan"), ("邓", "deng"), ("许", "xu"), ("傅", "fu"), ("沈", "shen"), ("欧阳", "ouyang"), ("司马", "sima"), ("诸葛", "zhuge"),
];

#[rustfmt::skip]
pub const GIVEN: [(&str, &str); 40] = [
    ("伟", "wei"), ("芳", "fang"), ("娜", "na"), ("敏", "min"), ("静", "jing"), ("丽", "li"), ("强", "qiang"), ("磊", "lei"),
    ("军", "jun"), ("洋", "yang"), ("勇", "yong"), ("艳", "yan"), ("杰", "jie"), ("娟", "juan"), ("涛", "tao"), ("明", "ming"),
    ("超", "chao"), ("秀", "xiu"), ("霞", "xia"), ("平", "ping"), ("刚", "gang"), ("桂", "gui"), ("文", "wen"), ("辉", "hui"),
    ("玲", "ling"), ("志", "zhi"), ("建", "jian"), ("国", "guo"), ("晨", "chen"), ("宇", "yu"), ("浩", "hao"), ("欣", "xin"),
    ("佳", "jia"), ("怡", "yi"), ("雪", "xue"), ("龙", "long"), ("鹏", "peng"), ("琳", "lin"), ("倩", "qian"), ("博", "bo"),
];

#[rustfmt::skip]
pub const FIRST: [&str; 40] = [
    "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Hannah", "Ian", "Julia", "Karl", "Laura", "Martin", "Nina", "Oliver",
    "Paula", "Quentin", "Rachel", "Simon", "Teresa", "Ursula", "Victor", "Wendy", "Xavier", "Yvonne", "Zoe", "Adam", "Brigitte",
    "Colin", "Diane", "Erik", "Fiona", "George", "Heidi", "Jonas", "Kate", "Lukas", "Maria", "Noah", "Petra",
];

#[rustfmt::skip]
pub const LAST: [&str; 40] = [
    "Adler", "Baker", "Carter", "Dietrich", "Evans", "Fischer", "Green", "Hartmann", "Ingram", "Jensen", "Keller", "Lehmann", "Morgan",
    "Neumann", "Osborne", "Parker", "Quinn", "Richter", "Schulz", "Turner", "Ullrich", "Vogel", "Walker", "Young", "Ziegler", "Abbott",
    "Brandt", "Collins", "Dunn", "Engel", "Foster", "Graf", "Hughes", "Jung", "Krause", "Lindner", "Mason", "Norris", "Otto", "Price",
];

/// English, Chinese, and what the title does to the odds of a sale (per mille).
pub const TITLES: [(&str, &str, u64); 9] = [
    ("Plant Manager", "厂长", 1250),
    ("Maintenance Manager", "设备经理", 1350),
    ("Head of Purchasing", "采购总监", 1400),
    ("CTO", "技术总监", 1300),
    ("Automation Engineer", "自动化工程师", 1000),
    ("Buyer", "采购专员", 800),
    ("Quality Engineer", "质量工程师", 900),
    ("Intern", "实习生", 300),
    ("Student", "学生", 100),
];

pub const TITLE_WEIGHTS: [u64; 9] = [10, 14, 10, 6, 24, 16, 12, 5, 3];

/// English, Chinese, the word in a Chinese company name, and what the industry does to the odds (per mille).
pub const INDUSTRIES: [(&str, &str, &str, u64); 8] = [
    ("Automotive", "汽车", "汽车零部件", 1200),
    ("Chemicals", "化工", "化工", 1150),
    ("Food & Beverage", "食品饮料", "食品", 950),
    ("Machinery", "机械", "精密机械", 1250),
    ("Semiconductors", "半导体", "半导体", 1150),
    ("Energy", "能源", "能源科技", 1050),
    ("Education", "教育", "教育科技", 300),
    ("Consulting", "咨询", "管理咨询", 450),
];

pub const INDUSTRY_WEIGHTS: [u64; 8] = [18, 14, 12, 22, 10, 12, 5, 7];

/// City and province as written in China.
#[rustfmt::skip]
pub const CHINESE_CITIES: [(&str, &str); 10] = [
    ("苏州", "江苏"), ("上海", "上海"), ("深圳", "广东"), ("宁波", "浙江"), ("杭州", "浙江"),
    ("无锡", "江苏"), ("青岛", "山东"), ("成都", "四川"), ("武汉", "湖北"), ("佛山", "广东"),
];

/// The syllables of a company's own name (字号).
#[rustfmt::skip]
pub const STYLE: [(&str, &str); 24] = [
    ("恒", "heng"), ("瑞", "rui"), ("泰", "tai"), ("鑫", "xin"), ("宏", "hong"), ("达", "da"), ("科", "ke"), ("盛", "sheng"),
    ("源", "yuan"), ("德", "de"), ("润", "run"), ("华", "hua"), ("天", "tian"), ("铭", "ming"), ("海", "hai"), ("安", "an"),
    ("凯", "kai"), ("隆", "long"), ("奥", "ao"), ("诚", "cheng"), ("晟", "sheng"), ("捷", "jie"), ("启", "qi"), ("星", "xing"),
];

#[rustfmt::skip]
pub const ROOTS: [&str; 30] = [
    "Redwood", "Northgate", "Silverline", "Bluestone", "Oakfield", "Brightwater", "Ironbridge", "Kestrel", "Lakeshore", "Summit",
    "Hartmann", "Brandt", "Keller", "Vogel", "Ziegler", "Rheintal", "Nordlicht", "Falken", "Steinbach", "Lindenau",
    "Pennine", "Camber", "Thornbury", "Merlion", "Straits", "Cobalt", "Granite", "Pioneer", "Harbor", "Willow",
];

pub const TRADES: [&str; 8] = ["Motors", "Chemicals", "Foods", "Machine Works", "Semiconductor", "Power", "Academy", "Advisory"];

pub const OWNERS: [&str; 5] = ["Helen Marsh", "Tobias Krantz", "Priya Nair", "Daniel Ortiz", "Sophie Lang"];
pub const CHINESE_OWNERS: [&str; 4] = ["陆晓雯", "钱立新", "孟凡", "尹志鹏"];
