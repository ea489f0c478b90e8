//! Names in Latin letters: English, German and French, the commonest first, and the many rare ones by combination.

use super::dice::Dice;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    German,
    French,
}

const ENGLISH_MEN: &str = "James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark Donald Steven Paul \
    Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon \
    Benjamin Samuel Gregory Alexander Frank Patrick Raymond Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Douglas Zachary Peter Kyle Walter Ethan \
    Jeremy Harold Keith Christian Roger Noah Gerald Carl Terry Sean Austin Arthur Lawrence Jesse Dylan Bryan Joe Jordan Billy Bruce Albert Willie Gabriel \
    Logan Alan Juan Wayne Roy Ralph Randy Eugene Vincent Russell Elijah Louis Bobby Philip Johnny Oliver Graham Nigel Alistair Callum Hamish Rupert Leonard \
    Theodore Frederick Maximilian Victor Malcolm Duncan Stuart Trevor Barry Clive Derek Ian Neil Simon Craig Dean Darren Gavin Hugh Leslie Martin Howard";
const ENGLISH_WOMEN: &str = "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Margaret Sandra Ashley Kimberly Emily \
    Donna Michelle Carol Amanda Dorothy Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Kathleen Amy Angela Shirley Anna Brenda Pamela Emma Nicole \
    Helen Samantha Katherine Christine Debra Rachel Carolyn Janet Catherine Maria Heather Diane Ruth Julie Olivia Joyce Virginia Victoria Kelly Lauren \
    Christina Joan Evelyn Judith Megan Andrea Cheryl Hannah Jacqueline Martha Gloria Teresa Ann Sara Madison Frances Kathryn Janice Jean Abigail Alice Julia \
    Judy Sophia Grace Denise Amber Doris Marilyn Danielle Beverly Isabella Theresa Diana Natalie Brittany Charlotte Marie Kayla Alexis Lori Fiona Gillian \
    Hazel Imogen Isla Jemima Kirsty Lorna Maureen Niamh Philippa Rosemary Sheila Tamsin Ursula Wendy Yvonne Zoe Amelia Eleanor Harriet Penelope Alexandra";
const ENGLISH_SURNAMES: &str = "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor \
    Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores \
    Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris \
    Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James \
    Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman \
    Butler Henderson Barnes Gonzales Fisher Vasquez Simmons Graham O'Brien O'Connor McDonald MacLeod Khan Singh Begum Ahmed Shaw Mills Hunt Palmer Holmes \
    Marshall Stone Rose Dixon Webb Knight Ellis Walsh Byrne Doyle Fraser Grant Duncan Burns Reid Boyd Hay Ferguson Simpson Murray Cameron Kerr Hamilton";

const GERMAN_MEN: &str = "Michael Thomas Andreas Peter Stefan Christian Hans Klaus Jürgen Wolfgang Markus Martin Frank Matthias Bernd Uwe Ralf Dieter Jörg \
    Alexander Daniel Sebastian Tobias Florian Jan Felix Lukas Jonas Maximilian Philipp Günter Heinz Horst Manfred Rolf Karl Friedrich Johannes Josef Ulrich";
const GERMAN_WOMEN: &str = "Sabine Susanne Petra Monika Andrea Claudia Birgit Martina Stefanie Julia Anna Katharina Christine Ursula Karin Renate Gabriele Heike \
    Anja Nicole Sandra Melanie Sarah Lena Laura Jana Franziska Johanna Elisabeth Brigitte Ingrid Jutta Ulrike Silke Kerstin Tanja Nadine Bärbel Käthe Margarete";
const GERMAN_SURNAMES: &str = "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann \
    Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer \
    Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke";

const FRENCH_MEN: &str = "Jean Pierre Michel Philippe Alain Nicolas Christophe Patrick Laurent Julien Thomas Frédéric Stéphane Sébastien Éric Olivier François \
    Thierry Guillaume Antoine Mathieu Benoît Jérôme Rémi Hugo Léo Théo Baptiste Cédric Gérard";
const FRENCH_WOMEN: &str = "Marie Nathalie Isabelle Sylvie Catherine Françoise Céline Sophie Valérie Sandrine Julie Camille Aurélie Stéphanie Christine Émilie \
    Hélène Laure Chloé Léa Manon Élodie Anne Claire Delphine Véronique Mathilde Pauline Margaux Agnès";
const FRENCH_SURNAMES: &str = "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David Bertrand Morel Fournier \
    Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefèvre Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier \
    Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun";

/// Stems and ends of the rare surnames of each language.
const RARE: [(&str, &str); 3] = [
    (
        "Ash Brad Hart Black White Wood Stan Thorn Hal Nor Sut Wes East Mid Hing Ald Bar Bram Cal Chad Cran Dal Den El Fair Gar Had Hather Kel Lang Lin Mar Mel \
         New Old Pem Pres Rad Rams Row Shel Stock Strat Swin Tar Thack Up Wal Wat Whit Win Wyn Yar",
        "ton ford well ley man worth field ham bury wick stead combe shaw by den brook ridge croft er ster",
    ),
    (
        "Alt Berg Birk Brand Brunn Dorn Eich Eisen Feld Gold Grün Hain Heid Hirsch Holz Kirch Kranz Lind Nieder Ober Rein Rosen Sand Schön Stein Tann Wald Weiden",
        "mann er bach meier hofer feld berg burg dorf stein inger müller huber ner hagen",
    ),
    (
        "Beau Belle Bois Bour Cham Char Clair Cour Dela Fon Grand Haut Lan Mal Mar Mon Mont Per Pont Roche Saint Val Ver Ville",
        "champ mont ville court bois fort pierre din geon lier neau teau rand sard tin vier voisin ron",
    ),
];

const FORMS: [(&str, &str); 16] = [
    // Short forms that are not among the reference rows.
    ("Alexander", "Sandy"),
    ("Theodore", "Theo"),
    ("Charlotte", "Lottie"),
    ("Amelia", "Millie"),
    ("Oliver", "Ollie"),
    ("Gabriel", "Gabe"),
    ("Harriet", "Hattie"),
    ("Penelope", "Penny"),
    ("Leonard", "Lenny"),
    ("Maximilian", "Max"),
    ("Friedrich", "Fritz"),
    ("Johannes", "Hannes"),
    ("Josef", "Sepp"),
    ("Ulrich", "Uli"),
    ("Franziska", "Franzi"),
    ("Katharina", "Kathi"),
];

impl Language {
    pub fn given(self, dice: &mut Dice, is_woman: bool) -> &'static str {
        one_of(dice, self.givens(is_woman))
    }

    /// A name that many bear: both parts among the most frequent ones.
    pub fn common(self, dice: &mut Dice, is_woman: bool) -> [&'static str; 2] {
        [self.givens(is_woman), self.surnames()]
            .map(|words| words.split_whitespace().nth(dice.below(15) as usize).expect("the lists are longer"))
    }

    fn givens(self, is_woman: bool) -> &'static str {
        match (self, is_woman) {
            (Language::English, true) => ENGLISH_WOMEN,
            (Language::English, false) => ENGLISH_MEN,
            (Language::German, true) => GERMAN_WOMEN,
            (Language::German, false) => GERMAN_MEN,
            (Language::French, true) => FRENCH_WOMEN,
            (Language::French, false) => FRENCH_MEN,
        }
    }

    fn surnames(self) -> &'static str {
        [ENGLISH_SURNAMES, GERMAN_SURNAMES, FRENCH_SURNAMES][self as usize]
    }

    pub fn surname(self, dice: &mut Dice) -> String {
        if dice.chance(380) {
            return one_of(dice, self.surnames()).to_string();
        }
        let (stems, ends) = RARE[self as usize];
        let [stems, ends]: [Vec<&str>; 2] = [stems, ends].map(|words| words.split_whitespace().collect());
        format!("{}{}", dice.pick(&stems), dice.pick(&ends))
    }
}

fn one_of(dice: &mut Dice, words: &'static str) -> &'static str {
    let place = dice.common(words.split_whitespace().count());
    words.split_whitespace().nth(place).expect("the draw is below the number of words")
}

/// A short form of the name, from the reference rows or from those left out of them.
pub fn short_form(dice: &mut Dice, given: &str) -> Option<String> {
    let rows = include_str!("../../sql/reference/name_variants.csv").lines().skip(1).filter_map(|row| row.split_once(','));
    let known = rows.filter(|(_, full)| full.eq_ignore_ascii_case(given)).map(|(short, _)| capital(short));
    let other = FORMS.iter().filter(|(full, _)| *full == given).map(|(_, short)| short.to_string());
    let forms: Vec<String> = known.chain(other).collect();
    forms.get(dice.below(forms.len().max(1) as u64) as usize).cloned()
}

pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Müller as Mueller, the way Germans write it without the letter.
pub fn spelled_out(text: &str) -> String {
    text.replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue")
        .replace('ß', "ss")
        .replace('Ä', "Ae")
        .replace('Ö', "Oe")
        .replace('Ü', "Ue")
}

/// Müller as Muller, the way foreigners do.
pub fn unaccented(text: &str) -> String {
    let plain = "àaâaáaäaçcéeèeêeëeîiïiíiôoöoóoûuùuüuúuñnÉEÈEÀAÖOÜUÄA";
    let pairs: Vec<char> = plain.chars().collect();
    let fold = |c: char| pairs.chunks(2).find(|pair| pair[0] == c).map_or(c, |pair| pair[1]);
    text.replace('ß', "ss").chars().map(fold).collect()
}

/// Lower case and letters only, as in a mailbox.
pub fn mailbox_letters(text: &str) -> String {
    unaccented(&spelled_out(text)).to_lowercase().chars().filter(char::is_ascii_lowercase).collect()
}
