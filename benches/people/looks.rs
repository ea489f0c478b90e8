//! What one record shows of a person: which of the names, addresses and numbers, and in which form. Errors change it before it is written.

use super::dice::Dice;
use super::persons::Person;
use super::places::Country;

pub struct Look {
    pub script: Script,
    pub columns: Columns,
    pub order: Order,
    pub given: Given,
    pub honorific: Honorific,
    pub is_maiden: bool,
    pub has_middle: bool,
    pub has_suffix: bool,
    /// Given and family name stand in each other's column.
    pub is_crossed: bool,
    pub email: Mail,
    pub phone: Line,
    pub mobile: Line,
    /// Numbers stand in each other's column.
    pub is_swapped: bool,
    /// Whether numbers are written as they are dialled from abroad.
    pub is_international: bool,
    pub has_changed_job: bool,
    pub company: Company,
    pub title: Title,
    pub city: Place,
    pub has_moved: bool,
    pub has_region: bool,
    /// Which of the country's names.
    pub country: Option<usize>,
    pub has_postal_code: bool,
    pub birth_date: Birth,
    /// What happens to the finished text.
    pub slips: Vec<(Field, Slip)>,
    pub errors: Vec<&'static str>,
}

/// The columns of a record, in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    FullName,
    GivenName,
    FamilyName,
    Email,
    Phone,
    Mobile,
    Company,
    Title,
    City,
    Region,
    Country,
    PostalCode,
    BirthDate,
    CapturedAt,
    Source,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Chinese characters for Chinese names, in Hong Kong and Taiwan the traditional ones.
    Home,
    /// Characters of the other kind.
    OtherHan,
    Latin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    Full,
    Split,
    Both,
}

/// Of names in Latin letters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    GivenFirst,
    FamilyFirst,
    Comma,
    /// zhangwei
    Joined,
    /// Wei ZHANG
    FamilyUpper,
}

pub enum Given {
    Whole,
    Initial,
    /// Bob; Jack for somebody Chinese.
    Short(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Honorific {
    None,
    Added,
    /// 张总, Mr. Smith: the given name is not told.
    InsteadOfGiven,
    /// No name at all, but a word in its place.
    InsteadOfName,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mail {
    None,
    Private,
    Second,
    Work,
    Shared,
    Role,
    Placeholder,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Line {
    None,
    Mobile,
    SecondMobile,
    Home,
    /// The switchboard with the own extension.
    Desk,
    Switchboard,
    Service,
    Placeholder,
    /// The own mobile with a wrong digit.
    Mistyped,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Company {
    None,
    Full,
    Formless,
    Short,
    Branch,
    Latin,
    Placeholder,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Title {
    None,
    Home,
    English,
    /// What the person does next.
    Next,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    None,
    Home,
    /// 苏州市
    WithSuffix,
    Latin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    None,
    Iso,
    Slashes,
    /// Day and month the other way round.
    Crossed,
    WrongYear,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    Typing,
    Misheard,
    Upper,
    FullWidth,
    Unaccented,
    SpelledOut,
    /// Dots that its provider does not see, and `+tag`.
    Dots,
    Tag,
    /// gamil.com
    Domain,
    /// Blanks around it, `mailto:` before it.
    Pasted,
}

impl Look {
    pub fn errors(&self) -> String {
        self.errors.join(" ")
    }
}

/// How a person comes in, with nothing wrong but what is left out.
pub fn first(dice: &mut Dice, person: &Person) -> Look {
    let is_chinese = person.is_chinese();
    // The lists are kept in mainland China, where its numbers need no country.
    let is_domestic = person.city.country == Country::China;
    let script = if is_chinese && dice.chance(140) { Script::Latin } else { Script::Home };
    let is_latin = script == Script::Latin;
    let (phone, mobile) = lines(dice, is_chinese);
    let mut look = Look {
        script,
        columns: [Columns::Full, Columns::Split, Columns::Both][dice.weighted(if is_chinese { &[80, 8, 12] } else { &[40, 40, 20] })],
        order: if is_chinese && dice.chance(400) { Order::FamilyFirst } else { Order::GivenFirst },
        given: Given::Whole,
        honorific: Honorific::None,
        is_maiden: false,
        has_middle: dice.chance(400),
        has_suffix: dice.chance(500),
        is_crossed: false,
        email: mail(dice, person),
        phone,
        mobile,
        is_swapped: false,
        is_international: dice.chance(if is_domestic { 200 } else { 450 }),
        has_changed_job: false,
        company: match dice.weighted(&[210, 520, 90, 180]) {
            0 => Company::None,
            1 if is_latin && dice.chance(500) => Company::Latin,
            1 => Company::Full,
            2 => Company::Formless,
            _ => Company::Short,
        },
        title: if dice.chance(480) {
            Title::None
        } else if is_latin {
            Title::English
        } else {
            Title::Home
        },
        city: match dice.weighted(&[350, 560, 90]) {
            0 => Place::None,
            _ if is_latin => Place::Latin,
            1 => Place::Home,
            _ => Place::WithSuffix,
        },
        has_moved: false,
        has_region: dice.chance(300),
        country: dice.chance(if is_domestic { 450 } else { 800 }).then(|| dice.weighted(&[50, 35, 15])),
        has_postal_code: dice.chance(200),
        birth_date: [Birth::None, Birth::Iso, Birth::Slashes][dice.weighted(&[92, 6, 2])],
        slips: Vec::new(),
        errors: Vec::new(),
    };
    look.is_international |= !is_domestic && look.country.is_none() && dice.chance(800);
    // Nearly nobody comes in without any way to reach them.
    if look.email == Mail::None && look.phone == Line::None && look.mobile == Line::None && dice.chance(950) {
        look.mobile = Line::Mobile;
    }
    look
}

fn mail(dice: &mut Dice, person: &Person) -> Mail {
    let preferred = if person.prefers_work { Mail::Work } else { Mail::Private };
    let other = if person.prefers_work { Mail::Private } else { Mail::Work };
    match dice.weighted(&[140, 750, 45, 15, 50]) {
        0 => Mail::None,
        1 => preferred,
        2 => other,
        3 => Mail::Role,
        _ if person.shared.is_some() => Mail::Shared,
        _ => preferred,
    }
}

/// Phone and mobile. Half of the forms ask for one number, and mobiles are given in it.
fn lines(dice: &mut Dice, is_chinese: bool) -> (Line, Line) {
    let fixed = [Line::None, Line::Desk, Line::Switchboard, Line::Home];
    match dice.weighted(if is_chinese { &[14, 46, 28, 12] } else { &[22, 36, 22, 20] }) {
        0 => (Line::None, Line::None),
        1 => (Line::Mobile, Line::None),
        2 => (fixed[dice.weighted(&[70, 14, 6, 10])], Line::Mobile),
        _ => (fixed[dice.weighted(&[0, 45, 20, 35])], Line::None),
    }
}
