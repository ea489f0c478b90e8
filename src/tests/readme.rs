//! The README as its readers follow it: commands, and what stands below them.

use super::packaged;

/// A block of a section, with the language it is in.
pub struct Block {
    pub language: String,
    pub text: String,
    /// What stands before it.
    pub said: String,
}

pub fn section(heading: &str) -> Vec<Block> {
    let readme = std::fs::read_to_string(packaged("README.md")).unwrap();
    let (_, rest) = readme.split_once(heading).unwrap();
    let text = rest.split("\n## ").next().unwrap();
    let parts: Vec<&str> = text.split("```").collect();
    let block = |pair: &[&str]| {
        let (language, text) = pair[1].split_once('\n').unwrap();
        Block { language: language.to_string(), text: text.to_string(), said: pair[0].to_string() }
    };
    parts.chunks_exact(2).map(block).collect()
}

/// Lines of the README's `sh` blocks, one per command.
pub fn commands() -> Vec<String> {
    let text = std::fs::read_to_string(packaged("README.md")).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines = blocks.flat_map(str::lines).filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split(" && ").map(|command| command.trim().to_string())).filter(|command| !command.is_empty()).collect()
}

/// A command line as a shell splits it, as far as quotes go; comments and redirections end it.
pub fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, ' ') => words.push(String::new()),
            (None, '#' | '>' | '|' | ';') => break,
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
