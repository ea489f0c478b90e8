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
