//! Errors as a person reads them: the sentence, the line with a caret under the word, why, what to do.

use crate::error::{Error, Faults, Place};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use std::ops::Range;

/// One error, with a newline at its end. Colour is the caller's decision: it knows the terminal.
pub fn render(error: &Error, color: bool) -> String {
    render_as(Level::ERROR, error, color)
}

/// The same for what does not stop anything.
pub fn render_warning(warning: &Error, color: bool) -> String {
    render_as(Level::WARNING, warning, color)
}

/// All faults, a blank line between them.
pub fn render_faults(faults: &Faults, color: bool) -> String {
    faults.0.iter().map(|error| render(error, color)).collect::<Vec<_>>().join("\n")
}

fn render_as(level: Level<'static>, error: &Error, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let causes = error.causes.iter().map(|cause| Level::NOTE.message(normalize_untrusted_str(cause)));
    let hints = error.hints.iter().map(|hint| Level::HELP.message(normalize_untrusted_str(hint)));
    let report = Group::with_title(level.primary_title(error.sentence.as_str()))
        .elements(error.place.as_ref().map(source))
        .elements(causes.chain(hints));
    format!("{}\n", renderer.render(&[report]))
}

/// The line with its caret; of a place without a line (data, a whole file) its name and number alone.
fn source(place: &Place) -> Element<'_> {
    match &place.text {
        Some(text) => Snippet::source(text.as_str())
            .line_start(place.line)
            .path(place.file.as_str())
            .annotation(AnnotationKind::Primary.span(underlined(text, place)))
            .into(),
        None => Origin::path(place.file.as_str()).line(place.line).char_column(place.column).into(),
    }
}

/// The bytes of the line under the caret.
fn underlined(text: &str, place: &Place) -> Range<usize> {
    let byte_of = |character: usize| text.char_indices().nth(character).map_or(text.len(), |(at, _)| at);
    byte_of(place.column - 1)..byte_of(place.column - 1 + place.width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &Error, expected: &str) {
        let told = render(error, false);
        assert!(told.trim_end() == expected.trim(), "told:\n{told}\nexpected:\n{expected}");
    }

    #[test]
    fn a_caret_stands_under_its_word_behind_wide_characters_and_tabs() {
        let line = "\t名前: colums";
        let place = Place::at("sql/a.yaml", &format!("\n{line}\n"), 2, 6, 6);
        check(
            &Error::faulty("unknown key").at(place).because("it is not known").hint("did you mean `columns`?").hint("or `column`?"),
            "
error: unknown key
 --> sql/a.yaml:2:6
  |
2 |     名前: colums
  |           ^^^^^^
  |
  = note: it is not known
  = help: did you mean `columns`?
  = help: or `column`?
",
        );
    }

    #[test]
    fn the_end_of_a_line_has_a_caret() {
        let place = Place::at("a.sql", "select", 1, 7, 1);
        check(
            &Error::faulty("something is missing").at(place),
            "error: something is missing\n --> a.sql:1:7\n  |\n1 | select\n  |       ^",
        );
    }

    #[test]
    fn a_place_without_a_line_is_named() {
        let place = Place { line: 7, ..Place::file("raw/a.csv") };
        check(&Error::check("a row is short").at(place), "error: a row is short\n--> raw/a.csv:7:1");
        check(&Error::retry("the store is away").hint("run again"), "error: the store is away\n |\n = help: run again");
    }

    #[test]
    fn what_turns_or_hides_text_is_shown_as_a_mark() {
        let told = render(&Error::faulty("a\u{202e}b").because("c\u{1b}[31m").hint("d\u{0}"), false);
        assert!(!told.contains(['\u{202e}', '\u{1b}', '\u{0}']), "{told:?}");
    }

    #[test]
    fn colour_is_asked_for() {
        let error = Error::faulty("x");
        assert!(render(&error, true).contains('\u{1b}') && !render(&error, false).contains('\u{1b}'));
        assert!(render_warning(&error, false).starts_with("warning: x"));
        assert_eq!(render_faults(&Faults(vec![error.clone(), error]), false), "error: x\n\nerror: x\n");
    }
}
