//! The cities people live in, with what their numbers and post codes begin with, so that numbers are valid.

use super::dice::Dice;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Country {
    China,
    HongKong,
    Taiwan,
    UnitedStates,
    Britain,
    Canada,
    Australia,
    Germany,
    France,
}

pub struct City {
    pub country: Country,
    /// As written at home, and in Latin letters.
    pub name: &'static str,
    pub latin: &'static str,
    pub region: &'static str,
    /// Area code without the trunk prefix, what local numbers begin with, and their digits in all.
    pub area: &'static str,
    pub local: &'static str,
    pub digits: usize,
    /// The beginning of its post codes.
    pub postal: &'static str,
    pub weight: u64,
}

impl Country {
    /// As written in English, at home, and short.
    pub fn names(self) -> [&'static str; 3] {
        match self {
            Country::China => ["China", "中国", "CN"],
            Country::HongKong => ["Hong Kong", "香港", "HK"],
            Country::Taiwan => ["Taiwan", "台湾", "TW"],
            Country::UnitedStates => ["United States", "USA", "US"],
            Country::Britain => ["United Kingdom", "UK", "GB"],
            Country::Canada => ["Canada", "Canada", "CA"],
            Country::Australia => ["Australia", "Australia", "AU"],
            Country::Germany => ["Germany", "Deutschland", "DE"],
            Country::France => ["France", "France", "FR"],
        }
    }

    pub fn calling_code(self) -> &'static str {
        match self {
            Country::China => "86",
            Country::HongKong => "852",
            Country::Taiwan => "886",
            Country::UnitedStates | Country::Canada => "1",
            Country::Britain => "44",
            Country::Australia => "61",
            Country::Germany => "49",
            Country::France => "33",
        }
    }

    pub fn is_chinese(self) -> bool {
        matches!(self, Country::China | Country::HongKong | Country::Taiwan)
    }

    /// What mobile numbers begin with and their digits in all; in North America they are those of the city.
    pub fn mobiles(self) -> (&'static [&'static str], usize) {
        match self {
            Country::China => (
                &[
                    "135", "136", "137", "138", "139", "150", "151", "152", "157", "158", "159", "182", "183", "187", "188", "130", "131",
                    "132", "155", "156", "185", "186", "133", "153", "177", "180", "181", "189", "199", "198", "166", "173", "176",
                ],
                11,
            ),
            Country::HongKong => (&["94", "96", "97"], 8),
            Country::Taiwan => (&["91", "92", "93", "95", "97", "98"], 9),
            Country::UnitedStates | Country::Canada => (&[], 10),
            Country::Britain => (&["740", "741", "742", "747", "748", "753", "771", "772", "775", "780", "785", "790", "795"], 10),
            Country::Australia => (&["40", "41", "42", "43"], 9),
            Country::Germany => (&["151", "152", "157", "159"], 11),
            Country::France => (&["60", "61", "62", "64", "65", "66", "67"], 9),
        }
    }

    /// Dialled before the area code within the country.
    pub fn trunk(self) -> &'static str {
        match self {
            Country::HongKong | Country::UnitedStates | Country::Canada => "",
            _ => "0",
        }
    }
}

const fn city(
    country: Country,
    names: (&'static str, &'static str, &'static str),
    area: (&'static str, &'static str, usize),
    postal: &'static str,
    weight: u64,
) -> City {
    City { country, name: names.0, latin: names.1, region: names.2, area: area.0, local: area.1, digits: area.2, postal, weight }
}

#[rustfmt::skip]
pub const CITIES: [City; 74] = [
    city(Country::China, ("上海", "Shanghai", "上海"), ("21", "6", 8), "2000", 90),
    city(Country::China, ("北京", "Beijing", "北京"), ("10", "8", 8), "1000", 80),
    city(Country::China, ("深圳", "Shenzhen", "广东"), ("755", "8", 8), "5180", 70),
    city(Country::China, ("广州", "Guangzhou", "广东"), ("20", "8", 8), "5100", 60),
    city(Country::China, ("苏州", "Suzhou", "江苏"), ("512", "6", 8), "2150", 50),
    city(Country::China, ("杭州", "Hangzhou", "浙江"), ("571", "8", 8), "3100", 45),
    city(Country::China, ("成都", "Chengdu", "四川"), ("28", "8", 8), "6100", 40),
    city(Country::China, ("武汉", "Wuhan", "湖北"), ("27", "8", 8), "4300", 35),
    city(Country::China, ("南京", "Nanjing", "江苏"), ("25", "8", 8), "2100", 33),
    city(Country::China, ("天津", "Tianjin", "天津"), ("22", "6", 8), "3000", 30),
    city(Country::China, ("重庆", "Chongqing", "重庆"), ("23", "6", 8), "4000", 30),
    city(Country::China, ("宁波", "Ningbo", "浙江"), ("574", "8", 8), "3150", 28),
    city(Country::China, ("青岛", "Qingdao", "山东"), ("532", "8", 8), "2660", 28),
    city(Country::China, ("无锡", "Wuxi", "江苏"), ("510", "8", 8), "2140", 26),
    city(Country::China, ("佛山", "Foshan", "广东"), ("757", "8", 8), "5280", 25),
    city(Country::China, ("东莞", "Dongguan", "广东"), ("769", "8", 8), "5230", 25),
    city(Country::China, ("西安", "Xi'an", "陕西"), ("29", "8", 8), "7100", 25),
    city(Country::China, ("长沙", "Changsha", "湖南"), ("731", "8", 8), "4100", 22),
    city(Country::China, ("郑州", "Zhengzhou", "河南"), ("371", "6", 8), "4500", 22),
    city(Country::China, ("济南", "Jinan", "山东"), ("531", "8", 8), "2500", 20),
    city(Country::China, ("沈阳", "Shenyang", "辽宁"), ("24", "8", 8), "1100", 18),
    city(Country::China, ("大连", "Dalian", "辽宁"), ("411", "8", 8), "1160", 18),
    city(Country::China, ("合肥", "Hefei", "安徽"), ("551", "6", 8), "2300", 18),
    city(Country::China, ("福州", "Fuzhou", "福建"), ("591", "8", 8), "3500", 15),
    city(Country::China, ("昆明", "Kunming", "云南"), ("871", "6", 8), "6500", 12),
    city(Country::China, ("哈尔滨", "Harbin", "黑龙江"), ("451", "8", 8), "1500", 12),
    city(Country::China, ("石家庄", "Shijiazhuang", "河北"), ("311", "8", 8), "0500", 12),
    city(Country::HongKong, ("香港", "Hong Kong", "香港"), ("", "25", 8), "", 65),
    city(Country::Taiwan, ("台北", "Taipei", "台湾"), ("2", "2", 8), "10", 40),
    city(Country::Taiwan, ("新竹", "Hsinchu", "台湾"), ("3", "5", 7), "30", 15),
    city(Country::UnitedStates, ("New York", "New York", "NY"), ("212", "5", 7), "100", 60),
    city(Country::UnitedStates, ("Los Angeles", "Los Angeles", "CA"), ("213", "6", 7), "900", 45),
    city(Country::UnitedStates, ("Chicago", "Chicago", "IL"), ("312", "6", 7), "606", 40),
    city(Country::UnitedStates, ("Houston", "Houston", "TX"), ("713", "6", 7), "770", 38),
    city(Country::UnitedStates, ("Phoenix", "Phoenix", "AZ"), ("602", "2", 7), "850", 22),
    city(Country::UnitedStates, ("Philadelphia", "Philadelphia", "PA"), ("215", "5", 7), "191", 22),
    city(Country::UnitedStates, ("San Diego", "San Diego", "CA"), ("619", "2", 7), "921", 20),
    city(Country::UnitedStates, ("Dallas", "Dallas", "TX"), ("214", "7", 7), "752", 25),
    city(Country::UnitedStates, ("San Jose", "San Jose", "CA"), ("408", "2", 7), "951", 22),
    city(Country::UnitedStates, ("Austin", "Austin", "TX"), ("512", "4", 7), "787", 20),
    city(Country::UnitedStates, ("Columbus", "Columbus", "OH"), ("614", "2", 7), "432", 16),
    city(Country::UnitedStates, ("Seattle", "Seattle", "WA"), ("206", "6", 7), "981", 20),
    city(Country::UnitedStates, ("Denver", "Denver", "CO"), ("303", "8", 7), "802", 18),
    city(Country::UnitedStates, ("Boston", "Boston", "MA"), ("617", "5", 7), "021", 22),
    city(Country::UnitedStates, ("Detroit", "Detroit", "MI"), ("313", "9", 7), "482", 18),
    city(Country::UnitedStates, ("Cleveland", "Cleveland", "OH"), ("216", "6", 7), "441", 16),
    city(Country::UnitedStates, ("Milwaukee", "Milwaukee", "WI"), ("414", "2", 7), "532", 14),
    city(Country::UnitedStates, ("Atlanta", "Atlanta", "GA"), ("404", "8", 7), "303", 20),
    city(Country::UnitedStates, ("Minneapolis", "Minneapolis", "MN"), ("612", "3", 7), "554", 16),
    city(Country::UnitedStates, ("Portland", "Portland", "OR"), ("503", "2", 7), "972", 14),
    city(Country::UnitedStates, ("St. Louis", "St. Louis", "MO"), ("314", "4", 7), "631", 14),
    city(Country::Canada, ("Toronto", "Toronto", "ON"), ("416", "5", 7), "M5V 2", 28),
    city(Country::Canada, ("Vancouver", "Vancouver", "BC"), ("604", "6", 7), "V6B 1", 16),
    city(Country::Canada, ("Calgary", "Calgary", "AB"), ("403", "2", 7), "T2P 3", 12),
    city(Country::Britain, ("London", "London", "England"), ("20", "7", 8), "SE1 ", 60),
    city(Country::Britain, ("Manchester", "Manchester", "England"), ("161", "2", 7), "M1 ", 24),
    city(Country::Britain, ("Birmingham", "Birmingham", "England"), ("121", "6", 7), "B3 ", 24),
    city(Country::Britain, ("Leeds", "Leeds", "England"), ("113", "2", 7), "LS2 ", 16),
    city(Country::Britain, ("Sheffield", "Sheffield", "England"), ("114", "2", 7), "S1 ", 14),
    city(Country::Britain, ("Bristol", "Bristol", "England"), ("117", "9", 7), "BS1 ", 14),
    city(Country::Britain, ("Glasgow", "Glasgow", "Scotland"), ("141", "5", 7), "G2 ", 14),
    city(Country::Australia, ("Sydney", "Sydney", "NSW"), ("2", "9", 8), "20", 22),
    city(Country::Australia, ("Melbourne", "Melbourne", "VIC"), ("3", "9", 8), "30", 20),
    city(Country::Germany, ("Berlin", "Berlin", "Berlin"), ("30", "2", 8), "101", 26),
    city(Country::Germany, ("Hamburg", "Hamburg", "Hamburg"), ("40", "3", 8), "200", 22),
    city(Country::Germany, ("München", "Munich", "Bayern"), ("89", "5", 8), "803", 26),
    city(Country::Germany, ("Köln", "Cologne", "Nordrhein-Westfalen"), ("221", "9", 7), "506", 18),
    city(Country::Germany, ("Stuttgart", "Stuttgart", "Baden-Württemberg"), ("711", "6", 7), "701", 22),
    city(Country::Germany, ("Düsseldorf", "Duesseldorf", "Nordrhein-Westfalen"), ("211", "8", 7), "402", 16),
    city(Country::Germany, ("Nürnberg", "Nuremberg", "Bayern"), ("911", "5", 7), "904", 12),
    city(Country::France, ("Paris", "Paris", "Île-de-France"), ("1", "4", 8), "750", 40),
    city(Country::France, ("Lyon", "Lyon", "Auvergne-Rhône-Alpes"), ("4", "72", 8), "690", 18),
    city(Country::France, ("Lille", "Lille", "Hauts-de-France"), ("3", "20", 8), "590", 12),
    city(Country::France, ("Toulouse", "Toulouse", "Occitanie"), ("5", "61", 8), "310", 12),
];

/// A city for somebody Chinese, or for somebody who is not.
pub fn draw(dice: &mut Dice, is_chinese: bool) -> &'static City {
    one_of(dice, |city| city.country.is_chinese() == is_chinese)
}

/// Another city of the same country, or the same one where there is no other.
pub fn another(dice: &mut Dice, here: &City) -> &'static City {
    one_of(dice, |city| city.country == here.country)
}

fn one_of(dice: &mut Dice, is_meant: impl Fn(&City) -> bool) -> &'static City {
    let weights: Vec<u64> = CITIES.iter().map(|city| if is_meant(city) { city.weight } else { 0 }).collect();
    &CITIES[dice.weighted(&weights)]
}

impl City {
    /// In [`CITIES`].
    pub fn place(&self) -> usize {
        CITIES.iter().position(|city| city.name == self.name).expect("every city is one of the list")
    }

    pub fn postal_code(&self, dice: &mut Dice) -> String {
        let end = match self.country {
            Country::HongKong => String::new(),
            Country::China | Country::UnitedStates | Country::Germany | Country::France | Country::Australia => {
                format!("{:02}", dice.below(60))
            }
            Country::Taiwan => format!("{}", dice.below(10)),
            Country::Canada => format!("{}{}", dice.pick(&["A", "B", "C", "E", "J", "K"]), dice.between(1, 9)),
            Country::Britain => {
                format!("{}{}{}", dice.between(1, 9), dice.pick(&["A", "B", "D", "E", "F"]), dice.pick(&["G", "H", "J", "L", "N"]))
            }
        };
        format!("{}{end}", self.postal)
    }
}
