//! Telephone numbers, valid where they are dialled, and the ways people write them.

use super::dice::Dice;
use super::places::{City, Country};

#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    country: Country,
    /// Area code without the trunk prefix; empty for mobiles outside North America.
    area: String,
    local: String,
}

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// As at home, where the country is known.
    National,
    International,
}

/// Of North America: they begin with 2 to 9 and are never N11.
const EXCHANGES: [&str; 21] =
    ["22", "23", "24", "25", "33", "34", "37", "42", "43", "46", "52", "54", "58", "63", "66", "72", "76", "82", "86", "92", "95"];

impl Phone {
    pub fn mobile(dice: &mut Dice, city: &City) -> Phone {
        let (prefixes, digits) = city.country.mobiles();
        if prefixes.is_empty() {
            let exchange = dice.pick(&EXCHANGES);
            return Phone { country: city.country, area: city.area.to_string(), local: fill(dice, exchange, 7) };
        }
        let prefix = dice.pick(prefixes);
        Phone { country: city.country, area: String::new(), local: fill(dice, prefix, digits) }
    }

    pub fn fixed(dice: &mut Dice, city: &City) -> Phone {
        Phone { country: city.country, area: city.area.to_string(), local: fill(dice, city.local, city.digits) }
    }

    /// The service line of a Chinese company.
    pub fn service(dice: &mut Dice) -> String {
        format!("400-{:03}-{:04}", dice.between(600, 999), dice.below(10_000))
    }

    pub fn digits(&self) -> String {
        format!("{}{}", self.area, self.local)
    }

    pub fn write(&self, dice: &mut Dice, writing: Writing) -> String {
        let code = self.country.calling_code();
        let (area, local) = (&self.area, grouped(&self.local));
        // From some countries one dials other digits than 00 to get out.
        let style = match dice.weighted(&[40, 20, 15, 8, 10, 7]) {
            4.. if matches!(self.country, Country::UnitedStates | Country::Canada | Country::Australia) => 0,
            style => style,
        };
        match (writing, style) {
            (Writing::National, style) => self.write_at_home(style),
            (_, 0) => format!("+{code}{area}{}", self.local),
            (_, 1) => format!("+{code} {area} {}", local.replace('-', " ")).replace("  ", " "),
            (_, 2) => format!("+{code}-{area}-{}", self.local).replace("--", "-"),
            (_, 4) => format!("00{code} {area}{}", self.local),
            (_, 3) => format!("(+{code}) {area} {local}").replace("  ", " "),
            (_, _) => format!("00{code}-{area}-{local}").replace("--", "-"),
        }
    }

    fn write_at_home(&self, style: usize) -> String {
        let (trunk, area, local) = (self.country.trunk(), &self.area, grouped(&self.local));
        let is_american = matches!(self.country, Country::UnitedStates | Country::Canada);
        // A mobile of China is dialled as it is; elsewhere it takes the trunk prefix like any other.
        let trunk = if area.is_empty() && self.country == Country::China { "" } else { trunk };
        match (style, area.is_empty()) {
            (0 | 3, true) => format!("{trunk}{}", self.local),
            (1 | 2, true) => format!("{trunk}{}", local.replace('-', " ")),
            (_, true) => format!("{trunk}{local}"),
            (0, _) if is_american => format!("({area}) {local}"),
            (1, _) if is_american => format!("{area}.{}", local.replace('-', ".")),
            (0, _) => format!("{trunk}{area}-{}", self.local),
            (1, _) => format!("({trunk}{area}) {}", local.replace('-', " ")),
            (2, _) => format!("{trunk}{area} {}", local.replace('-', " ")),
            (3, _) => format!("{trunk}{area}{}", self.local),
            _ => format!("{trunk}{area}-{local}"),
        }
    }

    /// One digit wrong, or two swapped.
    pub fn mistyped(&self, dice: &mut Dice) -> Phone {
        let mut digits: Vec<u8> = self.local.bytes().collect();
        // The first digits decide whether the number is one at all.
        let place = dice.between(4.min(digits.len() as i64 - 2), digits.len() as i64 - 2) as usize;
        if dice.chance(400) && digits[place] != digits[place + 1] {
            digits.swap(place, place + 1);
        } else {
            digits[place] = b'0' + (digits[place] - b'0' + dice.between(1, 9) as u8) % 10;
        }
        Phone { local: String::from_utf8(digits).expect("digits are ASCII"), ..self.clone() }
    }
}

fn fill(dice: &mut Dice, prefix: &str, digits: usize) -> String {
    let mut number = prefix.to_string();
    while number.len() < digits {
        number.push((b'0' + dice.below(10) as u8) as char);
    }
    number
}

/// 138-0013-8000, 555-0134, 6888-1234.
fn grouped(local: &str) -> String {
    let end = local.len() - 4;
    match end {
        3 | 4 => format!("{}-{}", &local[..end], &local[end..]),
        _ => format!("{}-{}-{}", &local[..3], &local[3..end], &local[end..]),
    }
}
