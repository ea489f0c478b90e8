//! Slips of the finger: of what is typed, one keystroke is another one, missing, twice there or out of turn.

use super::dice::Dice;

const ROWS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// One slip. The first letter is mostly right, as Christen and others found.
pub fn slip(dice: &mut Dice, text: &str) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let first = usize::from(dice.chance(900));
    let places: Vec<usize> = (first..letters.len()).filter(|place| letters[*place].is_ascii_alphanumeric()).collect();
    if places.len() < 3 {
        return None;
    }
    let place = dice.pick(&places);
    match dice.weighted(&[35, 25, 20, 20]) {
        0 => letters[place] = neighbour(dice, letters[place]),
        1 => drop(letters.remove(place)),
        2 => letters.insert(place, letters[place]),
        _ if place + 1 < letters.len() => letters.swap(place, place + 1),
        _ => letters.swap(place - 1, place),
    }
    let slipped: String = letters.into_iter().collect();
    (slipped != text).then_some(slipped)
}

/// The key beside it, in the same case.
fn neighbour(dice: &mut Dice, key: char) -> char {
    let plain = key.to_ascii_lowercase();
    let row = ROWS.iter().find(|row| row.contains(plain)).expect("letters and digits are on the keyboard");
    let place = row.find(plain).expect("the row has it");
    let beside: Vec<char> = row.chars().enumerate().filter(|(at, _)| at.abs_diff(place) == 1).map(|(_, other)| other).collect();
    let other = dice.pick(&beside);
    if key.is_ascii_uppercase() { other.to_ascii_uppercase() } else { other }
}

/// ＡＢＣ１２３, as an input method for Chinese leaves them.
pub fn full_width(text: &str) -> String {
    let wide = |c: char| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).expect("ASCII has full-width forms") } else { c };
    text.chars().map(wide).collect()
}
