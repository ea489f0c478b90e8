//! All people, and those who resemble each other: households, namesakes, colleagues, new owners of old numbers.
//!
//! People are drawn in groups of one or two. What two share makes their records look like one person's, and is why matching is hard.

use super::dice::Dice;
use super::employers::Employers;
use super::mailboxes::{Caller, Mailboxes};
use super::names::TITLE_WEIGHTS;
use super::persons::{Alike, Job, Name, Person};
use super::phones::Phone;
use super::places::{self, City};

pub struct Population {
    pub employers: Employers,
    seed: u64,
    people: u64,
    next_person: u64,
    next_group: u64,
    mailboxes: Mailboxes,
}

/// Makes a second person who resembles the first.
type Second = fn(&mut Population, &mut Dice, &mut Person) -> Person;

/// Whom the people of a group resemble, how many groups of a thousand are such, and the second person.
const KINDS: [(&str, u64, Option<Second>); 8] = [
    ("nobody", 868, None),
    ("couple", 50, Some(Population::spouse)),
    ("parent", 18, Some(Population::child)),
    ("sibling", 14, Some(Population::sibling)),
    ("namesake", 22, Some(Population::namesake)),
    ("namesake_at_work", 4, Some(Population::namesake_at_work)),
    ("assistant", 14, Some(Population::assistant)),
    ("number_passed_on", 10, Some(Population::next_owner)),
];

impl Population {
    pub fn found(seed: u64, people: u64) -> Population {
        let employers = Employers::found(seed, people);
        Population { employers, seed, people, next_person: 0, next_group: 0, mailboxes: Mailboxes::default() }
    }

    /// The next people, and the stream to go on with; none when all are there.
    pub fn next_group(&mut self) -> Option<(Dice, Vec<Person>)> {
        if self.next_person == self.people {
            return None;
        }
        let mut dice = Dice::new(self.seed, self.next_group);
        let (kind, _, second) = KINDS[dice.weighted(&KINDS.map(|(_, weight, _)| weight))];
        let mut first = self.first(&mut dice, kind);
        let mut group = Vec::with_capacity(2);
        if let Some(second) = second.filter(|_| self.next_person < self.people) {
            first.alike.kind = kind;
            let mut second = second(self, &mut dice, &mut first);
            second.alike = first.alike;
            group.push(second);
        }
        group.push(first);
        self.next_group += 1;
        Some((dice, group))
    }

    /// Namesakes in one city have names that many have: two of a rare name are mostly one person.
    fn first(&mut self, dice: &mut Dice, kind: &str) -> Person {
        let is_chinese = dice.chance(500);
        let city = places::draw(dice, is_chinese);
        let named = kind.starts_with("namesake").then(|| {
            let is_woman = dice.chance(430);
            (Name::common(dice, city, is_woman), is_woman)
        });
        self.person(dice, city, named)
    }

    fn person(&mut self, dice: &mut Dice, city: &'static City, named: Option<(Name, bool)>) -> Person {
        let number = self.next_person;
        self.next_person += 1;
        let (name, is_woman) = named.unwrap_or_else(|| {
            let is_woman = dice.chance(430);
            (Name::draw(dice, city, is_woman), is_woman)
        });
        let birth = (dice.between(1958, 2003), dice.between(1, 12), dice.between(1, 28));
        let mobile = Phone::mobile(dice, city);
        let employer = self.employers.draw(dice, city);
        let next = self.employers.draw(dice, city);
        let (given, family) = name.letters(city);
        let digits = mobile.digits();
        let caller = Caller { given: &given, family: &family, english: name.english(), birth_year: birth.0, mobile: &digits };
        let is_chinese = city.country.is_chinese();
        let private = self.mailboxes.private(dice, &caller, is_chinese);
        let second = self.mailboxes.private(dice, &caller, is_chinese);
        let [job, next_job] = [employer, next].map(|employer| {
            let domain = &self.employers.get(is_chinese, employer).domain;
            let email = self.mailboxes.work(dice, &caller, domain);
            Job { employer, title: dice.weighted(&TITLE_WEIGHTS), email, extension: dice.between(100, 899) }
        });
        Person {
            number,
            alike: Alike { kind: "nobody", group: self.next_group },
            city,
            postal_code: city.postal_code(dice),
            is_woman,
            birth,
            mobile,
            second_mobile: Phone::mobile(dice, city),
            home: Phone::fixed(dice, city),
            private,
            second,
            shared: None,
            prefers_work: dice.chance(450),
            job,
            next_job,
            name,
        }
    }

    /// Of one household: the telephone at home, the post code, and now and then more.
    fn of_household(&mut self, dice: &mut Dice, first: &mut Person, name: Name, is_woman: bool) -> Person {
        let mut second = self.person(dice, first.city, Some((name, is_woman)));
        second.home = first.home.clone();
        second.postal_code = first.postal_code.clone();
        second
    }

    fn spouse(&mut self, dice: &mut Dice, first: &mut Person) -> Person {
        let is_woman = !first.is_woman;
        let mut name = Name::draw(dice, first.city, is_woman);
        if let (Name::Latin { family, maiden, .. }, Name::Latin { family: of_first, .. }) = (&mut name, &first.name)
            && dice.chance(650)
        {
            *maiden = is_woman.then(|| family.clone());
            *family = of_first.clone();
        }
        let mut second = self.of_household(dice, first, name, is_woman);
        if dice.chance(180) {
            second.mobile = first.mobile.clone();
        }
        if dice.chance(250) {
            let ((one, family), (other, _)) = (first.name.letters(first.city), second.name.letters(first.city));
            let mailbox = self.mailboxes.shared(dice, &one, &other, &family);
            (first.shared, second.shared) = (Some(mailbox.clone()), Some(mailbox));
        }
        second
    }

    /// Often in the family's firm; in the West two sons in five bear the father's name.
    fn child(&mut self, dice: &mut Dice, first: &mut Person) -> Person {
        let mut name = first.name.relative(dice, first.city, first.is_woman);
        if let (Name::Latin { given, suffix, .. }, Name::Latin { given: of_parent, suffix: of_first, .. }) = (&mut name, &mut first.name)
            && !first.is_woman
            && dice.chance(400)
        {
            given.clone_from(of_parent);
            (*suffix, *of_first) = ("Jr.", "Sr.");
        }
        let is_woman = first.is_woman;
        let mut second = self.of_household(dice, first, name, is_woman);
        first.birth.0 = dice.between(1950, 1965);
        second.birth.0 = first.birth.0 + dice.between(22, 35);
        if dice.chance(350) {
            self.hire(dice, first, &mut second);
        }
        second
    }

    /// Half of them twins.
    fn sibling(&mut self, dice: &mut Dice, first: &mut Person) -> Person {
        let is_woman = if dice.chance(700) { first.is_woman } else { !first.is_woman };
        let name = match &first.name {
            Name::Han { han, .. } => Name::Han { han: han.sibling(dice, is_woman), english: None },
            latin => latin.relative(dice, first.city, is_woman),
        };
        let mut second = self.of_household(dice, first, name, is_woman);
        if dice.chance(500) {
            second.birth = first.birth;
        } else {
            second.birth.0 = first.birth.0 + dice.between(1, 6);
        }
        if dice.chance(150) {
            self.hire(dice, first, &mut second);
        }
        second
    }

    /// Another person of the same name in the same city.
    fn namesake(&mut self, dice: &mut Dice, first: &mut Person) -> Person {
        self.person(dice, first.city, Some((first.name.clone(), first.is_woman)))
    }

    fn namesake_at_work(&mut self, dice: &mut Dice, first: &mut Person) -> Person {
        let mut second = self.namesake(dice, first);
        self.hire(dice, first, &mut second);
        second
    }

    /// Reached by the same extension, and by the mailbox that one keeps for the other.
    fn assistant(&mut self, dice: &mut Dice, first: &mut Person) -> Person {
        let mut second = self.person(dice, first.city, None);
        self.hire(dice, first, &mut second);
        second.job.extension = first.job.extension;
        first.shared = dice.chance(400).then(|| second.job.email.clone());
        second
    }

    /// A number given up is given out again.
    fn next_owner(&mut self, dice: &mut Dice, first: &mut Person) -> Person {
        let mut second = self.person(dice, first.city, None);
        second.mobile = first.mobile.clone();
        second
    }

    fn hire(&mut self, dice: &mut Dice, first: &Person, second: &mut Person) {
        let (given, family) = second.name.letters(second.city);
        let caller = Caller { given: &given, family: &family, english: second.name.english(), birth_year: second.birth.0, mobile: "" };
        let domain = &self.employers.get(second.is_chinese(), first.job.employer).domain;
        second.job.email = self.mailboxes.work(dice, &caller, domain);
        second.job.employer = first.job.employer;
    }
}
