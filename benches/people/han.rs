//! Chinese names: surnames as frequent as they are, given names put together from characters.

use super::dice::Dice;
use pinyin::ToPinyin;

/// Surname, its reading as a surname, and how many of ten thousand people bear it.
#[rustfmt::skip]
const SURNAMES: [(&str, &str, u64); 108] = [
    ("王", "wang", 715), ("李", "li", 705), ("张", "zhang", 674), ("刘", "liu", 512), ("陈", "chen", 463), ("杨", "yang", 322),
    ("黄", "huang", 235), ("赵", "zhao", 221), ("吴", "wu", 205), ("周", "zhou", 202), ("徐", "xu", 145), ("孙", "sun", 140),
    ("马", "ma", 135), ("朱", "zhu", 131), ("胡", "hu", 124), ("郭", "guo", 119), ("何", "he", 114), ("林", "lin", 113),
    ("罗", "luo", 104), ("高", "gao", 102), ("郑", "zheng", 94), ("梁", "liang", 91), ("谢", "xie", 78), ("宋", "song", 76),
    ("唐", "tang", 71), ("许", "xu", 68), ("韩", "han", 67), ("邓", "deng", 63), ("冯", "feng", 62), ("曹", "cao", 59),
    ("彭", "peng", 58), ("曾", "zeng", 56), ("肖", "xiao", 55), ("田", "tian", 53), ("董", "dong", 52), ("潘", "pan", 50),
    ("袁", "yuan", 49), ("蔡", "cai", 48), ("蒋", "jiang", 47), ("余", "yu", 47), ("于", "yu", 46), ("杜", "du", 46),
    ("叶", "ye", 45), ("程", "cheng", 44), ("魏", "wei", 44), ("苏", "su", 43), ("吕", "lv", 43), ("丁", "ding", 42),
    ("任", "ren", 42), ("卢", "lu", 42), ("姚", "yao", 41), ("沈", "shen", 40), ("钟", "zhong", 40), ("姜", "jiang", 39),
    ("崔", "cui", 39), ("谭", "tan", 38), ("陆", "lu", 37), ("范", "fan", 37), ("汪", "wang", 36), ("廖", "liao", 35),
    ("石", "shi", 34), ("金", "jin", 34), ("韦", "wei", 33), ("贾", "jia", 33), ("夏", "xia", 33), ("付", "fu", 32),
    ("方", "fang", 32), ("邹", "zou", 31), ("熊", "xiong", 31), ("白", "bai", 30), ("孟", "meng", 30), ("秦", "qin", 29),
    ("邱", "qiu", 29), ("侯", "hou", 28), ("江", "jiang", 28), ("尹", "yin", 27), ("薛", "xue", 27), ("阎", "yan", 25),
    ("段", "duan", 25), ("雷", "lei", 25), ("龙", "long", 23), ("黎", "li", 22), ("史", "shi", 22), ("陶", "tao", 22),
    ("贺", "he", 21), ("毛", "mao", 20), ("郝", "hao", 20), ("顾", "gu", 20), ("龚", "gong", 19), ("邵", "shao", 19),
    ("万", "wan", 18), ("覃", "qin", 17), ("武", "wu", 17), ("钱", "qian", 17), ("戴", "dai", 17), ("严", "yan", 16),
    ("莫", "mo", 16), ("孔", "kong", 15), ("向", "xiang", 14), ("常", "chang", 14), ("汤", "tang", 13), ("欧阳", "ouyang", 8),
    ("单", "shan", 6), ("解", "xie", 5), ("仇", "qiu", 3), ("司马", "sima", 2), ("上官", "shangguan", 2), ("诸葛", "zhuge", 1),
];

/// Of the names of either part, those that make namesakes.
const COMMON: u64 = 15;

/// The names that are too common to have come about by chance, most frequent first.
const MEN: &str = "伟 强 磊 军 勇 涛 超 明 刚 杰 鹏 辉 斌 波 建华 建国 建军 志强 志伟 海涛 国强 文杰 俊杰 浩然 子轩 宇航 一鸣 天宇 晓明 晓东 国栋 立新 家豪 \
    嘉伟 健 亮 俊 帅 浩 鑫 龙 凯 宇 平 飞 洋 峰 毅 海波 永强 永刚 志刚 志勇 文斌 春生 金龙 少华 振华 德华 新华 小明 小龙 一帆 子豪 宇轩 俊熙 博文";
const WOMEN: &str = "芳 娜 敏 静 丽 艳 娟 霞 玲 燕 萍 红 颖 洁 婷 雪 琳 倩 慧 莉 秀英 桂英 秀兰 玉兰 桂兰 丽华 淑珍 玉梅 欣怡 梓涵 雨桐 思琪 佳怡 诗涵 \
    晓燕 雅婷 丹 梅 莹 晶 琴 云 兰 凤英 秀珍 玉珍 丽娟 丽萍 海燕 小红 晓红 春梅 红梅 雪梅 雅琴 美玲 子涵 可欣 梦瑶 婉婷 语嫣 佳琪 思雨 静怡";

const MENS_FIRST: &str = "建志文国海晓永家俊子明宏德立宇浩天一少金春玉学正振世新东云小庆兴光荣大贵福祥耀嘉泽景绍维克士启承忠孝义成敬贤继友";
const MENS_SECOND: &str =
    "华明军平强伟杰林波峰辉涛斌鹏龙飞良生祥东亮宁成超勇健鸣轩航泽阳凯恒博文武全胜利民安邦松柏泉江河海山川岩毅坤乾康宏";
const WOMENS_FIRST: &str = "晓丽小玉雅思佳秀美雨春海慧文梦欣诗婉淑桂金红若子雪静心嘉艳凤彩巧月素惠芝香莲冬秋夏宝翠爱亚锦可语依如";
const WOMENS_SECOND: &str = "燕红丽芳梅玲英萍娟霞琴敏静婷怡琪涵莹颖雯妍洁华云兰珍芬蓉琳瑶媛娜薇晴彤蕾菲雁霜露欣悦宁佳凝珊瑜璐璇莎";

/// Names for dealing with foreigners.
const ENGLISH_MEN: [&str; 24] = [
    "Jack", "Kevin", "Leo", "Eric", "Tony", "Jason", "Frank", "Andy", "Peter", "Michael", "David", "Allen", "Ken", "Simon", "Vincent",
    "Henry", "Alex", "Sam", "Ray", "Victor", "Jacky", "Derek", "Gary", "Bruce",
];
const ENGLISH_WOMEN: [&str; 24] = [
    "Lily", "Amy", "Cindy", "Linda", "Lucy", "Vivian", "Grace", "Helen", "Jenny", "Coco", "Tina", "Yuki", "Sherry", "Fiona", "Nancy",
    "Alice", "Joyce", "Ivy", "Wendy", "Sunny", "Candy", "Echo", "Angela", "Iris",
];

/// Characters that are written otherwise in Hong Kong and Taipei, each with its traditional form.
const SIMPLIFIED: &str = "张刘陈杨黄赵吴孙马罗郑谢许韩邓冯蒋叶苏吕卢钟谭陆韦贾邹阎龙贺顾龚万钱严汤欧阳诸伟强军涛刚杰鹏辉飞国华晓东栋静丽艳红\
颖洁兰诗云学轩鸣泽恒凤莹莲宁义庆荣胜亚梦语银宾亮维绍启贤继坚爱锦兴东贵专业实发贸达润诚凯联创众远汇环际医药网络数据软资产术团总厂经务电机车设备时来\
财丰运华鸿亿顺庄圣纳谷";
const TRADITIONAL: &str = "張劉陳楊黃趙吳孫馬羅鄭謝許韓鄧馮蔣葉蘇呂盧鍾譚陸韋賈鄒閻龍賀顧龔萬錢嚴湯歐陽諸偉強軍濤剛傑鵬輝飛國華曉東棟靜麗艷紅\
穎潔蘭詩雲學軒鳴澤恆鳳瑩蓮寧義慶榮勝亞夢語銀賓亮維紹啟賢繼堅愛錦興東貴專業實發貿達潤誠凱聯創眾遠匯環際醫藥網絡數據軟資產術團總廠經務電機車設備時來\
財豐運華鴻億順莊聖納谷";

/// Characters that sound alike and are taken for each other by whoever writes down a name heard on the phone.
const HOMOPHONES: [&str; 28] = [
    "伟炜玮纬",
    "静婧靖晶",
    "丽莉俐",
    "晓小筱",
    "杰捷洁",
    "磊蕾",
    "佳嘉家",
    "欣新鑫馨",
    "婷亭庭",
    "颖莹盈",
    "宇雨羽玉",
    "浩皓昊",
    "俊峻骏",
    "辉晖",
    "文雯闻",
    "燕艳彦",
    "玲铃灵",
    "芳方舫",
    "涛滔",
    "军君均",
    "明铭鸣",
    "红虹宏",
    "琪琦祺",
    "轩萱",
    "梓子紫",
    "章张",
    "徐许",
    "肖萧",
];

/// In Chinese characters, simplified, and as read aloud.
#[derive(Clone)]
pub struct HanName {
    pub family: String,
    pub given: String,
    pub family_reading: String,
    /// One syllable for each character.
    pub given_reading: Vec<String>,
}

impl HanName {
    pub fn draw(dice: &mut Dice, is_woman: bool) -> HanName {
        let (family, reading, _) = SURNAMES[dice.weighted(&SURNAMES.map(|(_, _, weight)| weight))];
        HanName::new(family, reading, given(dice, is_woman))
    }

    /// A name that many bear: both parts among the most frequent ones.
    pub fn common(dice: &mut Dice, is_woman: bool) -> HanName {
        let (family, reading, _) = SURNAMES[dice.below(COMMON) as usize];
        let given = if is_woman { WOMEN } else { MEN }.split_whitespace().nth(dice.below(COMMON) as usize);
        HanName::new(family, reading, given.expect("the list is longer").to_string())
    }

    /// A child or a sibling: the same family, another given name.
    pub fn relative(&self, dice: &mut Dice, is_woman: bool) -> HanName {
        HanName::new(&self.family, &self.family_reading, given(dice, is_woman))
    }

    /// Siblings often share a character: 晓东 and 晓西.
    pub fn sibling(&self, dice: &mut Dice, is_woman: bool) -> HanName {
        let characters: Vec<char> = self.given.chars().collect();
        let other = given(dice, is_woman).chars().next_back().expect("a given name has characters");
        match characters.as_slice() {
            [first, second] if *second != other => HanName::new(&self.family, &self.family_reading, format!("{first}{other}")),
            _ => self.relative(dice, is_woman),
        }
    }

    fn new(family: &str, reading: &str, given: String) -> HanName {
        let given_reading = given.chars().map(|c| syllable(c).to_string()).collect();
        HanName { family: family.to_string(), given, family_reading: reading.to_string(), given_reading }
    }
}

fn given(dice: &mut Dice, is_woman: bool) -> String {
    let (known, first, second) = match is_woman {
        true => (WOMEN, WOMENS_FIRST, WOMENS_SECOND),
        false => (MEN, MENS_FIRST, MENS_SECOND),
    };
    if dice.chance(140) {
        let place = dice.common(known.split_whitespace().count());
        return known.split_whitespace().nth(place).expect("the draw is below the number of names").to_string();
    }
    let [one, two] = [first, second].map(|characters| {
        let place = dice.below(characters.chars().count() as u64) as usize;
        characters.chars().nth(place).expect("the draw is below the number of characters")
    });
    // 6 in 100 given names have one character.
    if one == two || dice.chance(60) { two.to_string() } else { format!("{one}{two}") }
}

pub fn english(dice: &mut Dice, is_woman: bool) -> &'static str {
    let names = if is_woman { &ENGLISH_WOMEN } else { &ENGLISH_MEN };
    names[dice.common(names.len())]
}

pub fn syllable(character: char) -> &'static str {
    character.to_pinyin().map_or("", |reading| reading.plain())
}

/// 苏州 as suzhou.
pub fn reading(text: &str) -> String {
    text.chars().map(syllable).collect()
}

pub fn traditional(text: &str) -> String {
    text.chars().map(|c| SIMPLIFIED.chars().zip(TRADITIONAL.chars()).find(|(plain, _)| *plain == c).map_or(c, |(_, full)| full)).collect()
}

/// Another character of the same sound in the place of one, if any of the name has such.
pub fn misheard(dice: &mut Dice, name: &str) -> Option<String> {
    let characters: Vec<char> = name.chars().collect();
    let group = |c: char| HOMOPHONES.iter().find(|group| group.contains(c));
    let places: Vec<usize> = (0..characters.len()).filter(|place| group(characters[*place]).is_some()).collect();
    let place = *places.get(dice.below(places.len().max(1) as u64) as usize)?;
    let others: Vec<char> = group(characters[place])?.chars().filter(|c| *c != characters[place]).collect();
    let other = dice.pick(&others);
    Some(characters.iter().enumerate().map(|(at, c)| if at == place { other } else { *c }).collect())
}

/// A syllable of Pinyin as Taiwan writes it: Wade-Giles without its marks, as in passports.
pub fn taiwanese(syllable: &str) -> String {
    let initials = [("zh", "ch"), ("ch", "ch"), ("sh", "sh"), ("b", "p"), ("d", "t"), ("g", "k"), ("j", "ch"), ("q", "ch"), ("x", "hs")];
    let more = [("z", "ts"), ("c", "ts"), ("r", "j")];
    let spelled = initials.iter().chain(&more).find_map(|(from, to)| syllable.strip_prefix(from).map(|rest| format!("{to}{rest}")));
    let spelled = spelled.unwrap_or_else(|| syllable.to_string());
    spelled.replace("ong", "ung").replace("ian", "ien").replace("ui", "uei")
}

/// The commonest surnames as Hong Kong reads them.
pub fn cantonese(reading: &str) -> String {
    let known = [
        ("wang", "wong"),
        ("li", "lee"),
        ("zhang", "cheung"),
        ("liu", "lau"),
        ("chen", "chan"),
        ("yang", "yeung"),
        ("huang", "wong"),
        ("zhao", "chiu"),
        ("wu", "ng"),
        ("zhou", "chow"),
        ("xu", "tsui"),
        ("zhu", "chu"),
        ("hu", "wu"),
        ("guo", "kwok"),
        ("he", "ho"),
        ("lin", "lam"),
        ("luo", "law"),
        ("gao", "ko"),
        ("zheng", "cheng"),
        ("liang", "leung"),
        ("xie", "tse"),
        ("song", "sung"),
        ("tang", "tong"),
        ("deng", "tang"),
        ("feng", "fung"),
        ("zeng", "tsang"),
        ("ye", "yip"),
        ("yuan", "yuen"),
        ("cai", "choi"),
    ];
    known.iter().find(|(from, _)| *from == reading).map_or_else(|| reading.to_string(), |(_, to)| to.to_string())
}
